// A worker on another machine is not heard any more: it has left, crashed, or lost its connection.
export class WorkerLostError extends Error {
  constructor(worker: number, reason: string) {
    super(`worker ${worker} ${reason}`);
    this.name = 'WorkerLostError';
  }
}
