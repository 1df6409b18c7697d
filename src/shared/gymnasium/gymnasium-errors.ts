// Errors of environments of Gymnasium. Each says what to do.
import { AppError } from '../errors/app-error.ts';

/** Command that installs a package for an interpreter. */
function install(python: string, packages: string): string {
  return `${python} -m pip install ${packages}`;
}

/** There is no such interpreter. */
export class PythonMissingError extends AppError {
  readonly code = 'PYTHON_MISSING';

  constructor(python: string, reason: string) {
    super(
      `environments of Gymnasium need Python 3.10 or newer, but ${python} cannot be started (${reason}); ` +
        'install it, or name an interpreter with --python or A3C_PYTHON',
    );
  }
}

/** The interpreter lacks Gymnasium, or what one of its environments needs. */
export class GymnasiumMissingError extends AppError {
  readonly code = 'GYMNASIUM_MISSING';

  constructor(id: string, python: string, packages: string) {
    super(
      `${id} needs Python packages that ${python} does not have; install them: ${install(python, packages)}`,
    );
  }
}

/** The id cannot be one of Gymnasium's. */
export class UnsafeGymnasiumIdError extends AppError {
  readonly code = 'UNSAFE_ENVIRONMENT_ID';

  constructor(id: string) {
    super(
      `${JSON.stringify(id)} is no id that Gymnasium may be asked for: after "gymnasium:" come letters, digits, and / . _ - only; ` +
        'an id with a module, such as module:Name-v0, would import that module',
    );
  }
}

export interface SpaceMisfit {
  readonly role: string;
  /** Kind of space, e.g. `Dict`. */
  readonly kind: string;
  readonly space: string;
}

/** The environment has a space that cannot be used. */
export class UnsupportedSpaceError extends AppError {
  readonly code = 'UNSUPPORTED_SPACE';

  constructor(id: string, { role, kind, space }: SpaceMisfit) {
    const known =
      role === 'action'
        ? 'Discrete, MultiDiscrete, MultiBinary and bounded Box'
        : 'Box, Discrete, MultiDiscrete and MultiBinary';
    super(`${id} has ${role} space ${kind}, which is not supported: ${space}; supported are ${known}`);
  }
}

/** Gymnasium cannot make or describe the environment. */
export class GymnasiumFailedError extends AppError {
  readonly code = 'GYMNASIUM_FAILED';

  constructor(id: string, reason: string) {
    super(`${id} cannot be opened: ${reason}`);
  }
}

/** Too many environments are being looked up. */
export class GymnasiumBusyError extends AppError {
  readonly code = 'GYMNASIUM_BUSY';

  constructor() {
    super('too many environments of Gymnasium are being looked up; try again in some seconds');
  }
}

/** The Python process ended while it was needed. */
export class EnvironmentProcessError extends AppError {
  readonly code = 'ENVIRONMENT_PROCESS_ENDED';

  constructor(id: string, end: string) {
    super(`${id}: its Python process ${end}; what it printed is in the log`);
  }
}

/** The system offers no named pipes. */
export class PipeUnavailableError extends AppError {
  readonly code = 'PIPE_UNAVAILABLE';

  constructor(directory: string, cause?: unknown) {
    super(
      `environments of Gymnasium need named pipes, but mkfifo cannot make them in ${directory}; they work on Linux and macOS`,
      { cause },
    );
  }
}
