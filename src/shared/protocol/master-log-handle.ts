/**
 * File handle for a master's log: the server's own standard output. Everything that is printed goes to standard error,
 * so that it cannot imitate lines of the log.
 */
export const masterLogHandle = 4;
