// Limits of the HTTP server: sizes, rates and timeouts.

export interface HttpLimits {
  /** Requests with one token, or from one address if there is no token. */
  readonly maxRequestsPerSecond: number;
  /** Requests for actions, each message of a WebSocket included, with one token or from one address. */
  readonly maxActionRequestsPerSecond: number;
  /** Different wrong tokens from one address. */
  readonly maxWrongTokensPerMinute: number;
  /** Mean delay of the event loop above which new requests are refused. */
  readonly maxEventLoopDelayMs: number;
  /** Interval of the comments that keep an event stream without news alive. */
  readonly heartbeatMs: number;
  /**
   * A reader that does not take a page of events or a piece of a model in this time is disconnected; more than
   * heartbeatMs.
   */
  readonly stallLimitMs: number;
  /** Event streams open at the same time, of all readers. */
  readonly maxEventStreams: number;
  /** WebSockets open at the same time, of all clients. */
  readonly maxSockets: number;
  /** Models sent at the same time, to all readers; each holds a file open. */
  readonly maxDownloads: number;
  /** Models received at the same time, from all senders; each takes up to uploadLimitBytes on the disk. */
  readonly maxUploads: number;
  /** Policies played at the same time, for all who watch; each has a process. */
  readonly maxPlayers: number;
  /** Connections of remote environments. */
  readonly maxPeers: number;
  /** How long a player is kept without a reader. */
  readonly playerIdleMs: number;
  /** Evaluations that were asked for: played at the same time, each in a process, and waiting. */
  readonly maxEvaluations: number;
  readonly maxQueuedEvaluations: number;
  /** Memory of the policies that are open to answer. */
  readonly maxPolicyBytes: number;
  readonly maxPolicies: number;
  /** Requests for actions that wait for the thread of large policies. */
  readonly maxWaitingActions: number;
  /** Time limits for the headers of a request, and for the whole request. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often connections are checked for these two limits. */
  readonly timeoutCheckMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  readonly maxConnections: number;
}

export const httpLimits: HttpLimits = {
  maxRequestsPerSecond: 2_000,
  maxActionRequestsPerSecond: 100_000,
  maxWrongTokensPerMinute: 10,
  maxEventLoopDelayMs: 2_000,
  heartbeatMs: 15_000,
  stallLimitMs: 30_000,
  maxEventStreams: 1_000,
  maxSockets: 1_000,
  maxDownloads: 200,
  maxUploads: 8,
  maxPlayers: 4,
  maxPeers: 1_000,
  playerIdleMs: 30_000,
  maxEvaluations: 2,
  maxQueuedEvaluations: 100,
  maxPolicyBytes: 256 * 1024 * 1024,
  maxPolicies: 200,
  maxWaitingActions: 64,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  timeoutCheckMs: 2_000,
  // Longer than the minute after which load balancers usually close connections, so that none uses a closing
  // connection.
  keepAliveTimeoutMs: 72_000,
  maxConnections: 10_000,
};

/** A job with every field and full metadata has about 50 KB. */
export const bodyLimitBytes = 256 * 1024;
/** Some seventy frames of 84 × 84 × 4 in one request for actions. */
export const actionsBodyLimitBytes = 8 * 1024 * 1024;
/** An archive of a model: its files, which may not be larger, and their names. */
export const uploadLimitBytes = 130 * 1024 * 1024;
/** A message of a peer: the answers of all its worlds to one question. */
export const peerMessageLimitBytes = 64 * 1024 * 1024;
/** Request line and headers. */
export const headersLimitBytes = 16 * 1024;
export const maxHeaders = 100;
/** The longest meaningful address has about 200 characters. */
export const maxUrlLength = 4_096;
