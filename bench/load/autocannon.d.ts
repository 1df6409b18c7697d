// Types of the few parts of autocannon that are used here; the package has none.
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    readonly connectionRate?: number;
    /** Requests a second over all connections. */
    readonly overallRate?: number;
    readonly amount?: number;
    readonly duration?: number;
    readonly method?: 'GET' | 'POST';
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }
  interface Result {
    readonly '2xx': number;
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
    /** Seconds. */
    readonly duration: number;
  }
  type Answer = readonly [client: object, status: number, bytes: number, milliseconds: number];
  interface Instance extends PromiseLike<Result> {
    on(event: 'response', listener: (...answer: Answer) => void): this;
    stop(): void;
  }
  const autocannon: (options: Options) => Instance;
  export default autocannon;
}
