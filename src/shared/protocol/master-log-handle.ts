/**
 * The file handle that a master writes its log to: the server's own standard output. Everything printed goes to standard
 * error, where it cannot pass for lines of the log.
 */
export const masterLogHandle = 4;
