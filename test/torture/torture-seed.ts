/** What the moments of all faults are drawn from; another one for another course. */
export const tortureSeed = Number(process.env.TORTURE_SEED ?? 1);
