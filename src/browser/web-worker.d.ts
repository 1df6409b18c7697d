// The types of Web Workers that this folder uses. TypeScript has them only in its DOM library, which would also allow
// everything else of a browser. Pages that import this folder have the types of that library instead.
declare class Worker {
  constructor(url: URL, options: { readonly type: 'module'; readonly name: string });
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  terminate(): void;
  addEventListener(
    type: 'message',
    listener: (event: MessageEvent) => void,
    options?: { readonly signal: AbortSignal },
  ): void;
  addEventListener(
    type: 'error',
    listener: (event: { readonly message: string }) => void,
    options?: { readonly signal: AbortSignal },
  ): void;
}

/** The worker itself, inside of it. */
declare const self: {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
};

/** Whether the page may share memory with its workers. */
declare const crossOriginIsolated: boolean;
