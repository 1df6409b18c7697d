"""Bridge from a3c-server to Gymnasium: describes an environment, or steps many worlds of it for a worker.

    python bridge.py describe '{"id": "CartPole-v1"}'
    python bridge.py step '{"id": "CartPole-v1", "worlds": 8, …}' 3<requests 4>replies

`describe` prints one line of JSON. `step` answers requests with frames of numbers in the byte order of the machine:

    request: int32 command, 4 bytes for each number of all actions
        START  uint32 seed of each world: all worlds begin an episode
        STEP   float32 actions of all worlds
        RETIRE uint32 world, which is not stepped any more; not answered
    reply: int32 status, int32 count, then
        OK     float32 rewards, uint8 ends, uint8 masks, observations, final observations of `count` worlds
        ERROR  `count` bytes of JSON: problem, and its details

Rewards, ends, masks and observations begin at multiples of four bytes. Observations are float32, or uint8 for images.
After an episode ends, the next one has begun: its first observation is in the row of the world, and the last observation of
the ended one follows behind all rows, in the order of the worlds.
"""

import difflib
import json
import os
import select
import signal
import sys
import threading

START, STEP, RETIRE = 0, 1, 2
OK, ERROR = 0, 1
CONTINUES, TERMINATED, TRUNCATED = 0, 1, 2
REQUESTS, REPLIES = 3, 4

# Prints of environments go to standard error: standard output belongs to this program.
answers = os.dup(1)
os.dup2(2, 1)


class Refusal(Exception):
    """Something that the person who asks can change: `code` says what, `details` are for the message."""

    def __init__(self, code, **details):
        super().__init__(code)
        self.answer = {"problem": code, **details}


def end_with_parent():
    """Makes this process end when its parent ends, also while an environment hangs."""
    # The terminal and the service manager send these to the parent too, which may want to finish in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        import ctypes

        kill_when_parent_dies = 1
        ctypes.CDLL(None).prctl(kill_when_parent_dies, signal.SIGKILL, 0, 0, 0)

    def wait():
        # Nothing is ever written there: it ends with the parent.
        while os.read(0, 4096):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def import_gymnasium():
    try:
        import gymnasium
    except ImportError as error:
        raise Refusal("gymnasium", message=str(error)) from error
    return gymnasium


def make(id, wrappers):
    """Makes one world, with the wrappers that Gymnasium has."""
    gymnasium = import_gymnasium()
    if id not in gymnasium.registry:
        register_atari(id, gymnasium)
    if id not in gymnasium.registry:
        raise Refusal("unknown", suggestions=find_closest(id, gymnasium))
    limit = wrappers.get("timeLimit")
    is_atari = wrappers.get("atari", False)
    options = {} if limit is None or is_atari else {"max_episode_steps": limit}
    if is_atari:
        options["frameskip"] = 1
    try:
        environment = gymnasium.make(id, disable_env_checker=True, **options)
    except (gymnasium.error.DependencyNotInstalled, ImportError) as error:
        raise Refusal("extra", extra=name_extra(str(error)), message=str(error)) from error
    if is_atari:
        environment = preprocess(environment)
        if limit is not None:
            environment = gymnasium.wrappers.TimeLimit(environment, limit)
    return environment


def register_atari(id, gymnasium):
    try:
        import ale_py
    except ImportError as error:
        if id.startswith("ALE/"):
            raise Refusal("extra", extra='"gymnasium[atari]" ale-py', message=str(error)) from error
        return
    gymnasium.register_envs(ale_py)
    # Otherwise each game prints its emulator's version.
    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)


def find_closest(id, gymnasium):
    """Finds up to two ids: of the same name with another version, or else similar ones."""
    known = [name for name in gymnasium.registry if ":" not in name]

    def split(name):
        bare, _, version = name.split("/")[-1].rpartition("-v")
        return bare.lower() or name.lower(), version

    def rate(name):
        return split(name)[1] == split(id)[1], ("/" in name) == ("/" in id)

    # The newest first among equals, because the registry has the older versions first.
    namesakes = sorted((name for name in reversed(known) if split(name)[0] == split(id)[0]), key=rate, reverse=True)
    if namesakes:
        return namesakes[:2]
    by_lowered = {name.lower(): name for name in known}
    return [by_lowered[name] for name in difflib.get_close_matches(id.lower(), by_lowered, n=2, cutoff=0.4)]


def preprocess(environment):
    """Applies Gymnasium's preprocessing of Atari games: 84×84 grey frames, of which four are skipped."""
    try:
        import cv2
        from gymnasium.wrappers import AtariPreprocessing

        # A worker has one core.
        cv2.setNumThreads(1)
        return AtariPreprocessing(environment, frame_skip=4, grayscale_newaxis=True)
    except ImportError as error:
        raise Refusal("extra", extra="opencv-python", message=str(error)) from error
    except Exception as error:
        # Gymnasium wraps the missing package into its own error.
        if "opencv" not in str(error):
            raise
        raise Refusal("extra", extra="opencv-python", message=str(error)) from error


def name_extra(message):
    """Names what pip has to install, from Gymnasium's own advice if it has one."""
    for extra in ("box2d", "mujoco", "toy-text", "classic-control"):
        if f"gymnasium[{extra}]" in message:
            return f'"gymnasium[{extra}]"'
    lowered = message.lower()
    if "box2d" in lowered:
        return '"gymnasium[box2d]"'
    if "mujoco" in lowered:
        return '"gymnasium[mujoco]"'
    return "gymnasium"


def describe(settings):
    """Describes an environment as JSON: its spaces, limits and versions."""
    gymnasium = import_gymnasium()
    id = settings["id"]
    environment = make(id, {})
    try:
        spec = environment.spec
        _, info = environment.reset(seed=0)
        answer = {
            "observationSpace": describe_space(environment.observation_space, "observation"),
            "actionSpace": describe_space(environment.action_space, "action"),
            "maxEpisodeSteps": read_step_limit(environment),
            "rewardThreshold": None if spec.reward_threshold is None else float(spec.reward_threshold),
            "hasActionMask": "action_mask" in info,
            "atari": describe_atari(environment, id),
            "version": gymnasium.__version__,
        }
    finally:
        environment.close()
    return answer


def read_step_limit(environment):
    """Steps after which an episode ends, by Gymnasium's time limit or by the emulator's."""
    spec = environment.spec
    frames, skip = spec.kwargs.get("max_num_frames_per_episode"), spec.kwargs.get("frameskip")
    if spec.max_episode_steps is None and isinstance(frames, int) and isinstance(skip, int):
        return -(-frames // skip)
    return spec.max_episode_steps


def describe_atari(environment, id):
    """Says whether Gymnasium can preprocess the environment: "yes", "no", or what pip has to install."""
    if not hasattr(environment.unwrapped, "ale"):
        return "no"
    try:
        make(id, {"atari": True}).close()
    except Refusal as refusal:
        return refusal.answer["extra"]
    return "yes"


def describe_space(space, role):
    import numpy
    from gymnasium import spaces

    if isinstance(space, spaces.Discrete):
        return {"type": "discrete", "n": int(space.n)}
    if isinstance(space, spaces.MultiDiscrete):
        return {"type": "multiDiscrete", "n": [int(n) for n in space.nvec.ravel()]}
    if isinstance(space, spaces.MultiBinary):
        return {"type": "multiDiscrete", "n": [2] * int(numpy.prod(space.shape))}
    if isinstance(space, spaces.Box) and role == "action" and not space.is_bounded():
        raise Refusal("space", role=role, space=repr(space)[:300], kind="unbounded Box")
    if isinstance(space, spaces.Box) and space.dtype.kind in "fiub":
        return {
            "type": "box",
            "shape": [int(extent) for extent in space.shape],
            "low": describe_bounds(space.low, numpy),
            "high": describe_bounds(space.high, numpy),
            "isBytes": space.dtype == numpy.uint8,
        }
    raise Refusal("space", role=role, space=repr(space)[:300], kind=type(space).__name__)


def describe_bounds(bounds, numpy):
    """One bound if all elements have the same; null where there is none."""
    flat = [float(bound) if numpy.isfinite(bound) else None for bound in numpy.unique(bounds)[:2]]
    if len(flat) == 1:
        return flat[0]
    # Bounds such as the largest float32 stand for none, as infinities do.
    return [float(bound) if numpy.isfinite(bound) else None for bound in bounds.ravel()]


class Frames:
    """Memory of requests and replies, and views of their parts."""

    def __init__(self, settings, numpy):
        worlds, mask_size = settings["worlds"], settings["maskSize"]
        observation_size, is_bytes = settings["observationSize"], settings["isBytes"]
        item = 1 if is_bytes else 4
        self.row_bytes = observation_size * item
        self.request = bytearray(4 + 4 * worlds * settings["actionSize"])
        rewards = 8
        ends = rewards + 4 * worlds
        masks = ends + round_up(worlds)
        observations = masks + round_up(worlds * mask_size)
        finals = observations + worlds * self.row_bytes
        self.fixed_bytes = finals
        self.reply = bytearray(finals + worlds * self.row_bytes)
        kind = numpy.uint8 if is_bytes else numpy.float32

        def view(kind, offset, shape):
            count = int(numpy.prod(shape))
            return numpy.frombuffer(self.reply, kind, count, offset).reshape(shape)

        self.head = memoryview(self.reply)[:8].cast("i")
        self.rewards = view(numpy.float32, rewards, (worlds,))
        self.ends = view(numpy.uint8, ends, (worlds,))
        self.masks = view(numpy.uint8, masks, (worlds, mask_size))
        self.observations = view(kind, observations, (worlds, observation_size))
        self.finals = view(kind, finals, (worlds, observation_size))
        self.command = memoryview(self.request)[:4].cast("i")
        self.seeds = memoryview(self.request)[4 : 4 + 4 * worlds].cast("I")
        self.actions = numpy.frombuffer(self.request, numpy.float32, -1, 4).reshape(worlds, settings["actionSize"])


def round_up(count):
    return (count + 3) & ~3


def create_writer(space, stack, numpy):
    """Returns a function (row, observation) that writes an observation into a flat row."""
    from gymnasium import spaces

    if isinstance(space, spaces.Discrete):
        start = int(space.start)

        def write(row, observation):
            row.fill(0)
            row[int(observation) - start] = 1

    elif isinstance(space, spaces.MultiDiscrete):
        start = space.start.ravel()
        first = numpy.concatenate(([0], numpy.cumsum(space.nvec.ravel())[:-1]))

        def write(row, observation):
            row.fill(0)
            row[first + (observation.ravel() - start)] = 1

    elif len(space.shape) == 1:

        def write(row, observation):
            row[:] = observation

    else:

        def write(row, observation):
            row[:] = observation.ravel()

    return write if stack == 1 else stack_frames(space, write, stack, numpy)


def stack_frames(space, write, stack, numpy):
    """Puts the latest observations side by side along the last axis, oldest first, in the row that has the earlier ones."""
    shape = space.shape if len(space.shape) > 0 else (1,)
    extent = shape[-1]
    places = int(numpy.prod(shape[:-1]))

    def push(row, observation):
        if stack == 4 and extent == 1 and row.dtype == numpy.uint8 and sys.byteorder == "little":
            # The four frames of a pixel are one word: older ones move down by a byte.
            words = row.view(numpy.uint32)
            numpy.right_shift(words, 8, out=words)
        else:
            frames = row.reshape(places, stack, extent)
            frames[:, :-1] = frames[:, 1:].copy()
        row.reshape(places, stack, extent)[:, -1] = observation.reshape(places, extent)

    def fill(row, observation):
        row.reshape(places, stack, extent)[:] = observation.reshape(places, 1, extent)

    push.fill = fill
    return push


def create_reader(space, numpy):
    """Returns a function that makes an action of the space from float32 numbers."""
    from gymnasium import spaces

    if isinstance(space, spaces.Discrete):
        start = int(space.start)
        if start == 0:
            return lambda numbers: int(numbers[0])
        return lambda numbers: int(numbers[0]) + start
    shape, dtype = space.shape, space.dtype
    if isinstance(space, spaces.MultiDiscrete):
        start = space.start
        return lambda numbers: numbers.astype(dtype).reshape(shape) + start
    if len(shape) == 1:
        return lambda numbers: numbers.astype(dtype)
    return lambda numbers: numbers.astype(dtype).reshape(shape)


class Batch:
    """Worlds that are stepped together."""

    def __init__(self, settings):
        import numpy

        self.numpy = numpy
        wrappers = settings["wrappers"]
        self.worlds = []
        for _ in range(settings["worlds"]):
            self.worlds.append(make(settings["id"], wrappers))
        self.frames = Frames(settings, numpy)
        self.is_retired = [False] * len(self.worlds)
        self.stack = 4 if wrappers.get("atari") else wrappers.get("frameStack", 1)
        self.repeat = wrappers.get("actionRepeat", 1)
        first = self.worlds[0]
        self.write = create_writer(first.observation_space, self.stack, numpy)
        self.read = create_reader(first.action_space, numpy)
        self.has_masks = settings["maskSize"] > 0
        #: World that is being stepped, for messages.
        self.current = 0
        self.step = self.create_step()

    def start(self):
        frames, numpy = self.frames, self.numpy
        for index, world in enumerate(self.worlds):
            self.current = index
            observation, info = world.reset(seed=frames.seeds[index])
            shape = getattr(world.observation_space, "shape", None)
            if shape is not None and numpy.shape(observation) != shape:
                raise ValueError(f"reset() returned an observation of shape {numpy.shape(observation)}, not {shape}")
            self.begin(index, observation)
            if self.has_masks:
                self.write_mask(index, info)
        frames.rewards.fill(0)
        frames.ends.fill(CONTINUES)
        return 0

    def begin(self, index, observation):
        row = self.frames.observations[index]
        getattr(self.write, "fill", self.write)(row, observation)

    def write_mask(self, index, info):
        mask = info.get("action_mask")
        row = self.frames.masks[index]
        if mask is None:
            row.fill(1)
        elif isinstance(mask, (tuple, list)):
            row[:] = self.numpy.concatenate([part.ravel() for part in mask]) != 0
        else:
            row[:] = mask.ravel() != 0

    def create_step(self):
        """Returns the function that steps all worlds and returns how many episodes ended."""
        frames = self.frames
        rewards, ends, finals = frames.rewards, frames.ends, frames.finals
        read, write, has_masks, repeat = self.read, self.write, self.has_masks, self.repeat
        is_retired = self.is_retired
        steps = [world.step for world in self.worlds] if repeat == 1 else [
            self.create_repeated_step(world) for world in self.worlds
        ]
        rows = list(zip(range(len(self.worlds)), steps, list(frames.actions), list(frames.observations)))

        def step():
            ended = 0
            for index, take, action, row in rows:
                if is_retired[index]:
                    continue
                self.current = index
                observation, reward, terminated, truncated, info = take(read(action))
                rewards[index] = reward
                write(row, observation)
                if terminated or truncated:
                    ends[index] = TERMINATED if terminated else TRUNCATED
                    finals[ended] = row
                    ended += 1
                    observation, info = self.worlds[index].reset()
                    self.begin(index, observation)
                else:
                    ends[index] = CONTINUES
                if has_masks:
                    self.write_mask(index, info)
            return ended

        return step

    def create_repeated_step(self, world):
        repeat = self.repeat

        def step(action):
            total = 0.0
            for _ in range(repeat):
                observation, reward, terminated, truncated, info = world.step(action)
                total += reward
                if terminated or truncated:
                    break
            return observation, total, terminated, truncated, info

        return step

    def retire(self):
        index = self.frames.seeds[0]
        self.is_retired[index] = True
        self.frames.ends[index] = CONTINUES

    def close(self):
        for world in self.worlds:
            world.close()


def widen_pipe(descriptor, size):
    """Makes room for a whole frame, so that the reader wakes once for it."""
    if sys.platform != "linux" or size <= 65536:
        return
    import fcntl

    set_pipe_size = 1031
    try:
        fcntl.fcntl(descriptor, set_pipe_size, min(size, 1 << 20))
    except OSError:
        pass  # The limit of the user is reached, and smaller pieces work too.


def write_all(view):
    written = os.write(REPLIES, view)
    while written < len(view):
        written += os.write(REPLIES, view[written:])


def report(error, world):
    """Sends an error in place of a reply."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}, line {frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    traceback.print_exception(error)
    send_error({"problem": "raised", "name": type(error).__name__, "message": str(error)[:2000] + place, "world": world})


def send_error(answer):
    text = json.dumps(answer).encode()
    write_all(memoryview(ERROR.to_bytes(4, sys.byteorder) + len(text).to_bytes(4, sys.byteorder) + text))


class Requests:
    """Requests from the worker. The next one often comes within microseconds, while waking a sleeping process takes tens of
    them: so this looks for it a few times before it sleeps."""

    LOOKS = 40

    def __init__(self, descriptor):
        self.descriptor = descriptor
        os.set_blocking(descriptor, False)
        self.poll = select.poll()
        self.poll.register(descriptor, select.POLLIN)

    def receive(self, view):
        """Reads one request; returns False at the end."""
        size = len(view)
        received = self.read(view)
        while 0 < received < size:
            more = self.read(view[received:])
            if more == 0:
                return False
            received += more
        return received == size

    def read(self, view):
        """Reads bytes of a request, at least one; returns 0 at the end."""
        buffers = [view]
        while True:
            for _ in range(self.LOOKS):
                try:
                    return os.readv(self.descriptor, buffers)
                except BlockingIOError:
                    pass
            self.poll.poll()


def serve(settings):
    """Answers requests until there are no more."""
    batch = None
    try:
        try:
            batch = Batch(settings)
        except Refusal as refusal:
            send_error(refusal.answer)
            return
        frames = batch.frames
        request, reply = memoryview(frames.request), memoryview(frames.reply)
        widen_pipe(REPLIES, len(reply))
        fixed = frames.fixed_bytes
        command, head, step, row_bytes = frames.command, frames.head, batch.step, frames.row_bytes
        fixed_reply = reply[:fixed]
        write_all(memoryview(bytes(8)))
        requests = Requests(REQUESTS)
        while requests.receive(request):
            asked = command[0]
            if asked == STEP:
                ended = step()
            elif asked == START:
                ended = batch.start()
            else:
                batch.retire()
                continue
            head[1] = ended
            write_all(fixed_reply if ended == 0 else reply[: fixed + ended * row_bytes])
        batch.close()
    except BrokenPipeError:
        pass
    except Exception as error:
        report(error, batch.current if batch else 0)


def main():
    task, settings = sys.argv[1], json.loads(sys.argv[2])
    if task == "step":
        end_with_parent()
        serve(settings)
        return
    end_with_parent()
    try:
        answer = describe(settings)
    except Refusal as refusal:
        answer = refusal.answer
    except Exception as error:
        answer = {"problem": "failed", "message": f"{type(error).__name__}: {error}"[:2000]}
    os.write(answers, json.dumps(answer).encode() + b"\n")


main()
