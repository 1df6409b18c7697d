"""A loop over Gymnasium's environments without the bridge: for each line of standard input, steps all worlds some times,
and prints the microseconds for one step of all of them.

    python plain_loop.py ID WORLDS STEPS [atari]
"""

import sys
import time

import gymnasium
import numpy

id, worlds, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
is_atari = sys.argv[4:] == ["atari"]


def make():
    if not is_atari:
        return gymnasium.make(id, disable_env_checker=True)
    environment = gymnasium.make(id, frameskip=1, disable_env_checker=True)
    return gymnasium.wrappers.FrameStackObservation(gymnasium.wrappers.AtariPreprocessing(environment), 4)


if id.startswith("ALE/"):
    import ale_py
    import cv2

    cv2.setNumThreads(1)
    gymnasium.register_envs(ale_py)
environments = [make() for _ in range(worlds)]
for seed, environment in enumerate(environments):
    environment.reset(seed=seed)
space = environments[0].action_space
for _ in sys.stdin:
    # Actions are drawn before, as those of a policy are.
    if isinstance(space, gymnasium.spaces.Discrete):
        actions = numpy.random.randint(0, space.n, (steps, worlds)).tolist()
    else:
        actions = list(numpy.random.uniform(-1, 1, (steps, worlds, *space.shape)).astype(numpy.float32))
    start = time.perf_counter()
    for row in actions:
        for environment, action in zip(environments, row):
            observation, reward, terminated, truncated, info = environment.step(action)
            if terminated or truncated:
                environment.reset()
    print((time.perf_counter() - start) / steps * 1e6, flush=True)
