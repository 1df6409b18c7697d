// Thread of a player that ends its process when the server is gone, even while the environment hangs.
const intervalMs = 1_000;
const server = process.ppid;

setInterval(() => {
  if (process.ppid !== server) process.kill(process.pid, 'SIGKILL');
}, intervalMs);
