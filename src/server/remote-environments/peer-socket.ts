// WebSocket of a peer, as the server uses it: the types of its package do not reach those who install this one.

export type PeerData = Buffer | ArrayBuffer | Buffer[];

export interface PeerSocket {
  readonly readyState: number;
  readonly OPEN: number;
  send(data: string | Buffer): void;
  ping(): void;
  /** Sends a close frame; most bytes of the reason: 123. */
  close(code: number, reason: string): void;
  /** Breaks the connection off. */
  terminate(): void;
  on(event: 'message', listener: (data: PeerData, isBinary: boolean) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close' | 'pong', listener: () => void): unknown;
}
