// Discrete-event model of a job whose workers are on other machines. Work takes processor time of the machine that it
// runs on; tasks of a machine share its cores evenly. A worker plays rollouts while it has a free buffer. Its gradient
// passes the relay of its host, the message server, the master, the message server and the relay again, and then its
// buffer is free. With sums, gradients that are sent together are one message and one update, at the cost of one.

/** Processor time of one gradient in each place, in seconds. */
export interface GradientCosts {
  readonly rollout: number;
  readonly relay: number;
  readonly nats: number;
  readonly master: number;
}

export interface Cluster {
  readonly workers: number;
  readonly workersPerHost: number;
  /** Cores of each host, and of the machine with master and NATS; `shared`: all run on one machine with `cores`. */
  readonly machine: { readonly cores: number; readonly shared: boolean };
  /** One way, in seconds. */
  readonly latency: number;
  /** Of the link of the machine with the master, in each direction, in bytes a second. */
  readonly bandwidth: number;
  readonly bytes: { readonly gradient: number; readonly parameters: number };
  readonly buffers: number;
  readonly rolloutSteps: number;
  readonly sums: boolean;
}

export interface Prediction {
  readonly stepsPerSecond: number;
  readonly updatesPerSecond: number;
  /** Gradients that took part in updates. */
  readonly gradientsPerSecond: number;
  readonly staleness: number;
  /** Share of time in which the master works. */
  readonly masterBusy: number;
}

const longestWait = 0.002;

interface Task {
  remaining: number;
  readonly done: () => void;
}

/** Cores that tasks share evenly. */
class Machine {
  readonly tasks = new Set<Task>();
  readonly #cores: number;
  constructor(cores: number) {
    this.#cores = cores;
  }

  /** Share of a core that each task has. */
  get rate(): number {
    return Math.min(1, this.#cores / Math.max(1, this.tasks.size));
  }
}

/** A thread: one task at a time, the others in a queue. */
class Thread {
  busy = 0;
  readonly #machine: Machine;
  readonly #queue: { readonly seconds: number; readonly done: () => void }[] = [];
  #isBusy = false;
  constructor(machine: Machine) {
    this.#machine = machine;
  }

  run(seconds: number, done: () => void): void {
    this.#queue.push({ seconds, done });
    this.#next();
  }

  #next(): void {
    const job = this.#isBusy ? undefined : this.#queue.shift();
    if (job === undefined) return;
    this.#isBusy = true;
    this.busy += job.seconds;
    const task: Task = {
      remaining: job.seconds,
      done: () => {
        this.#isBusy = false;
        job.done();
        this.#next();
      },
    };
    this.#machine.tasks.add(task);
  }
}

interface Worker {
  readonly host: Host;
  readonly thread: Thread;
  free: number;
  isPlaying: boolean;
}

interface Host {
  readonly relay: Thread;
  readonly buffers: number;
  waiting: { readonly worker: Worker; readonly version: number }[];
  timer: number | null;
}

class Simulation {
  readonly #costs: GradientCosts;
  readonly #cluster: Cluster;
  readonly #machines: Machine[] = [];
  readonly #master: Thread;
  readonly #center: Machine;
  readonly #workers: Worker[] = [];
  #delays: { readonly at: number; readonly then: () => void }[] = [];
  #links = { in: 0, out: 0 };
  #now = 0;
  #version = 0;
  #gradients = 0;
  #staleness = 0;

  constructor(costs: GradientCosts, cluster: Cluster) {
    const { workers, workersPerHost, machine, buffers } = cluster;
    this.#costs = costs;
    this.#cluster = cluster;
    this.#center = this.#addMachine();
    this.#master = new Thread(this.#center);
    for (let first = 0; first < workers; first += workersPerHost) {
      const count = Math.min(workersPerHost, workers - first);
      const place = machine.shared ? this.#center : this.#addMachine();
      const host: Host = { relay: new Thread(place), buffers: buffers * count, waiting: [], timer: null };
      for (let index = 0; index < count; index += 1)
        this.#workers.push({ host, thread: new Thread(place), free: buffers, isPlaying: false });
    }
  }

  run(updates: number): Prediction {
    for (const worker of this.#workers) this.#play(worker);
    const warm = Math.floor(updates / 4);
    while (this.#version < warm) this.#step();
    const start = {
      now: this.#now,
      version: this.#version,
      gradients: this.#gradients,
      staleness: this.#staleness,
      busy: this.#master.busy,
    };
    while (this.#version < warm + updates) this.#step();
    const seconds = this.#now - start.now;
    const applied = this.#version - start.version;
    const gradients = this.#gradients - start.gradients;
    return {
      stepsPerSecond: (gradients / seconds) * this.#cluster.rolloutSteps,
      updatesPerSecond: applied / seconds,
      gradientsPerSecond: gradients / seconds,
      staleness: (this.#staleness - start.staleness) / gradients,
      masterBusy: (this.#master.busy - start.busy) / seconds,
    };
  }

  #addMachine(): Machine {
    const machine = new Machine(this.#cluster.machine.cores);
    this.#machines.push(machine);
    return machine;
  }

  /** Goes to the next end of a task or of a delay. */
  #step(): void {
    let until = Math.min(...this.#delays.map(({ at }) => at)) - this.#now;
    for (const { tasks, rate } of this.#machines)
      for (const { remaining } of tasks) until = Math.min(until, remaining / rate);
    if (!Number.isFinite(until)) throw new Error('nothing happens any more');
    this.#now += until;
    const ended: Task[] = [];
    for (const { tasks, rate } of this.#machines)
      for (const task of tasks) {
        task.remaining -= until * rate;
        if (task.remaining < 1e-12) ended.push(task);
      }
    for (const { tasks } of this.#machines) for (const task of ended) tasks.delete(task);
    const due = this.#delays.filter(({ at }) => at <= this.#now + 1e-12);
    this.#delays = this.#delays.filter(({ at }) => at > this.#now + 1e-12);
    for (const { done } of ended) done();
    for (const { then } of due) then();
  }

  #wait(seconds: number, then: () => void): void {
    this.#delays.push({ at: this.#now + seconds, then });
  }

  #play(worker: Worker): void {
    if (worker.isPlaying || worker.free === 0) return;
    worker.isPlaying = true;
    // A buffer is taken at the end of a rollout, which reads the parameters at its start.
    const version = this.#version;
    worker.free -= 1;
    // Rollouts differ by a tenth, so that workers do not stay in step.
    const spread = 0.9 + 0.2 * ((this.#version * 0.618_034) % 1);
    worker.thread.run(this.#costs.rollout * spread, () => {
      worker.isPlaying = false;
      this.#gather(worker, version);
      this.#play(worker);
    });
  }

  #gather(worker: Worker, version: number): void {
    const { host } = worker;
    host.waiting.push({ worker, version });
    if (host.waiting.length >= host.buffers / 2) this.#send(host);
    else if (host.timer === null) {
      const timer = this.#now;
      host.timer = timer;
      this.#wait(longestWait, () => {
        if (host.timer === timer) this.#send(host);
      });
    }
  }

  #send(host: Host): void {
    const sent = host.waiting;
    host.waiting = [];
    host.timer = null;
    const { relay, nats, master } = this.#costs;
    const { bytes, latency, sums } = this.#cluster;
    const messages = sums ? 1 : sent.length;
    // Half of the costs of relay and NATS are for the way back.
    host.relay.run((relay / 2) * messages, () => {
      this.#wait(latency + this.#transfer('in', bytes.gradient * messages), () => {
        this.#pass((nats / 2) * messages, () => {
          this.#master.run(master * messages, () => {
            this.#gradients += sent.length;
            for (const { version } of sent) {
              this.#staleness += this.#version - version;
              if (!sums) this.#version += 1;
            }
            if (sums) this.#version += 1;
            this.#pass((nats / 2) * messages, () => {
              this.#wait(latency + this.#transfer('out', bytes.parameters), () => {
                host.relay.run((relay / 2) * messages, () => {
                  for (const { worker } of sent) {
                    worker.free += 1;
                    this.#play(worker);
                  }
                });
              });
            });
          });
        });
      });
    });
  }

  /** Work of NATS, which has many threads. */
  #pass(seconds: number, done: () => void): void {
    this.#center.tasks.add({ remaining: seconds, done });
  }

  /** Seconds until the link has carried these bytes after those before them. */
  #transfer(direction: 'in' | 'out', bytes: number): number {
    const from = Math.max(this.#now, this.#links[direction]);
    this.#links[direction] = from + bytes / this.#cluster.bandwidth;
    return this.#links[direction] - this.#now;
  }
}

/** Predicts a job from the costs of its gradients, over this number of updates. */
export function simulate(costs: GradientCosts, cluster: Cluster, updates = 2_000): Prediction {
  return new Simulation(costs, cluster).run(updates);
}
