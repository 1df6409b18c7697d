// Store: the database in the data directory, and the owners of its tables.
import { DirectoryArtifactStore } from '../../shared/artifacts/directory-artifact-store.ts';
import { countDroppedChanges } from './count-dropped-changes.ts';
import { CurveStore } from './curve-store.ts';
import { Database, type DatabaseListener } from './database.ts';
import { DataDirectory, DataDirectoryError } from './data-directory.ts';
import { ExperimentStore } from './experiment-store.ts';
import { DeclarationStore } from './declaration-store.ts';
import { DeliveryStore } from './delivery-store.ts';
import { EventStore } from './event-store.ts';
import { JobStore } from './job-store.ts';
import { RequestedEvaluationStore } from './requested-evaluation-store.ts';
import { PositionStore } from './position-store.ts';
import { AppError } from '../../shared/errors/app-error.ts';

export class Store {
  readonly directory: DataDirectory;
  /** Models and checkpoints of all jobs. */
  readonly artifacts: DirectoryArtifactStore;
  readonly jobs: JobStore;
  readonly events: EventStore;
  readonly curves: CurveStore;
  readonly experiments: ExperimentStore;
  readonly deliveries: DeliveryStore;
  readonly positions: PositionStore;
  readonly declarations: DeclarationStore;
  /** Those that clients asked for. */
  readonly evaluations: RequestedEvaluationStore;
  /** How many of the newest changes could not be read when the store was opened. */
  readonly droppedChanges: number;
  readonly #database: Database;

  private constructor(directory: DataDirectory, database: Database, droppedChanges: number) {
    this.directory = directory;
    this.artifacts = new DirectoryArtifactStore((id) => directory.jobDirectory(id));
    this.droppedChanges = droppedChanges;
    this.#database = database;
    this.jobs = new JobStore(database);
    this.events = new EventStore(database);
    this.curves = new CurveStore(database);
    this.experiments = new ExperimentStore(database);
    this.deliveries = new DeliveryStore(database);
    this.positions = new PositionStore(database);
    this.declarations = new DeclarationStore(database);
    this.evaluations = new RequestedEvaluationStore(database);
  }

  /** Locks the data directory and brings its schema up to date. Throws an AppError if that is impossible. */
  static open(path: string): Store {
    const directory = DataDirectory.open(path);
    try {
      const droppedChanges = countDroppedChanges(directory.databasePath);
      const database = new Database(directory.databasePath);
      directory.noteDatabase();
      return new Store(directory, database, droppedChanges);
    } catch (error) {
      directory.close();
      throw error instanceof AppError ? error : new DataDirectoryError(directory.path, error);
    }
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  /** See Database.quickTransaction. */
  quickTransaction<Result>(work: () => Result): Result {
    return this.#database.quickTransaction(work);
  }

  /** See Database.settle. */
  settle(): void {
    this.#database.settle();
  }

  /** See Database.watch. */
  watch(listener: DatabaseListener): void {
    this.#database.watch(listener);
  }

  /** See Database.measureBytes. */
  measureDatabase(): number {
    return this.#database.measureBytes();
  }

  /** Throws StorageUnavailableError if the database cannot be written. */
  probe(): void {
    this.#database.probe();
  }

  close(): void {
    this.#database.close();
    this.directory.close();
  }
}
