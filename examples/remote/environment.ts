// Corridor as a remote environment: `npx node examples/remote/environment.ts` connects to a server on this machine.
// The corridor has nine cells. Its way out, on the right, gives 1; each step costs 0.01.
const server = process.env.A3C_URL ?? 'http://127.0.0.1:8080';
const token = process.env.A3C_PEER_TOKEN;
const cells = 9;
const worldCount = Number(process.env.WORLDS ?? 4);

interface Question {
  type: 'welcome' | 'reset' | 'step' | 'error';
  id: number;
  worlds: number[];
  actions: number[];
  message?: string;
}

const readQuestion: (text: string) => Question = JSON.parse;
const positions = Array<number>(worldCount).fill(0);
const observe = (world: number): number[] =>
  Array.from({ length: cells }, (_, cell) => (cell === positions[world] ? 1 : 0));

function answer({ type, id, worlds, actions }: Question): object {
  worlds.forEach((world, row) => {
    const move = actions?.[row] === 1 ? 1 : -1;
    positions[world] = type === 'reset' ? 0 : Math.max(0, (positions[world] ?? 0) + move);
  });
  const isOut = worlds.map((world) => positions[world] === cells - 1);
  const observations = worlds.map(observe);
  if (type === 'reset') return { type: 'answer', id, observations };
  const rewards = isOut.map((out) => (out ? 1 : -0.01));
  return { type: 'answer', id, observations, rewards, terminated: isOut, truncated: isOut.map(() => false) };
}

function connect(): void {
  const protocols = token === undefined ? [] : [`a3c.token.${Buffer.from(token).toString('base64url')}`];
  const address = new URL('/environments/remote', server.replace('http', 'ws'));
  const socket = new WebSocket(address, ['a3c', ...protocols]);
  socket.onopen = () => {
    const observationSpace = { type: 'box', shape: [cells], low: 0, high: 1 };
    const actionSpace = { type: 'discrete', n: 2 };
    const spaces = { observationSpace, actionSpace, maxEpisodeSteps: 100 };
    const hello = { type: 'hello', protocol: 1, environment: 'Corridor-v1', ...spaces, worlds: worldCount };
    socket.send(JSON.stringify(hello));
  };
  socket.onmessage = ({ data }) => {
    const question = readQuestion(String(data));
    if (question.type === 'reset' || question.type === 'step') socket.send(JSON.stringify(answer(question)));
    else console.log(question.type, question.message ?? '');
  };
  // The server may restart; its jobs go on when this environment is back.
  socket.onclose = () => setTimeout(connect, 1000);
}

connect();
