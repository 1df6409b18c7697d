// How much the server takes before it refuses, and how long it waits for readers and writers.

export interface HttpLimits {
  /** Requests with one token, or from one address where there is none. */
  readonly maxRequestsPerSecond: number;
  /** Different wrong tokens from one address. */
  readonly maxWrongTokensPerMinute: number;
  /** Mean delay of the event loop from which new requests are refused. */
  readonly maxEventLoopDelayMs: number;
  /** How often an event stream without news says that it is alive. */
  readonly heartbeatMs: number;
  /** A reader that does not take a page of events or a piece of a model for so long is dropped; more than heartbeatMs. */
  readonly stallLimitMs: number;
  /** Event streams open at a time, of all readers. */
  readonly maxEventStreams: number;
  /** Models that are sent at a time, to all readers; each holds a file open. */
  readonly maxDownloads: number;
  /** How long the headers of a request may take to arrive, and the whole of it. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often connections are looked at for those two. */
  readonly timeoutCheckMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  readonly maxConnections: number;
}

export const httpLimits: HttpLimits = {
  maxRequestsPerSecond: 2_000,
  maxWrongTokensPerMinute: 10,
  maxEventLoopDelayMs: 2_000,
  heartbeatMs: 15_000,
  stallLimitMs: 30_000,
  maxEventStreams: 1_000,
  maxDownloads: 200,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  timeoutCheckMs: 2_000,
  // Longer than the minute after which load balancers usually let go, so that none meets a closing connection.
  keepAliveTimeoutMs: 72_000,
  maxConnections: 10_000,
};

/** A job with every field and metadata full takes some 50 KB. */
export const bodyLimitBytes = 256 * 1024;
/** Request line and headers. */
export const headersLimitBytes = 16 * 1024;
export const maxHeaders = 100;
/** The longest address that means something has some 200 characters. */
export const maxUrlLength = 4_096;
