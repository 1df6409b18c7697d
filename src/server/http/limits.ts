// How much the server takes before it refuses, and how long it waits for readers.

export interface HttpLimits {
  /** Requests from one address. */
  readonly maxRequestsPerSecond: number;
  /** Mean delay of the event loop from which new requests are refused. */
  readonly maxEventLoopDelayMs: number;
  /** How often an event stream without news says that it is alive. */
  readonly heartbeatMs: number;
  /** A reader of an event stream that takes nothing for so long is dropped; more than heartbeatMs. */
  readonly stallLimitMs: number;
}

export const httpLimits: HttpLimits = {
  maxRequestsPerSecond: 2_000,
  maxEventLoopDelayMs: 2_000,
  heartbeatMs: 15_000,
  stallLimitMs: 30_000,
};
