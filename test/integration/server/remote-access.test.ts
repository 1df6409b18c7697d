// Who may connect as a remote environment.
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RemotePeer, type PeerOptions } from '../../fixtures/remote-peer.ts';
import { startTestServer, type TestServer } from '../../fixtures/running-server.ts';

const connect = async (server: TestServer, options: PeerOptions): Promise<string> => {
  try {
    await RemotePeer.connect(server.url, { greets: false, ...options });
    return 'connected';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('access', () => {
  const tokens = { token: 'main-token', readToken: 'read-token', peerToken: 'peer-token' };

  it('needs one of the tokens that may connect', async () => {
    const server = await startTestServer(tokens);
    expect(await connect(server, {})).toContain('401');
    expect(await connect(server, { token: 'wrong' })).toContain('401');
    expect(await connect(server, { token: 'read-token' })).toContain('403');
    expect(await connect(server, { token: 'peer-token' })).toBe('connected');
    expect(await connect(server, { token: 'main-token' })).toBe('connected');
    expect(await connect(server, { headers: { authorization: 'Bearer peer-token' } })).toBe('connected');
  });

  it('lets a peer’s token do nothing else', async () => {
    const server = await startTestServer(tokens);
    const authorization = 'Bearer peer-token';
    for (const path of ['/jobs', '/environments', '/metrics', '/openapi.json'])
      expect((await server.get(path, { authorization })).status).toBe(401);
    expect((await server.post('/jobs', { environment: 'CartPole-v1' }, { authorization })).status).toBe(401);
  });

  it('counts wrong tokens', async () => {
    const server = await startTestServer(tokens, 'scripted', { maxWrongTokensPerMinute: 2 });
    expect(await connect(server, { token: 'wrong-1' })).toContain('401');
    expect(await connect(server, { token: 'wrong-2' })).toContain('401');
    expect(await connect(server, { token: 'peer-token' })).toContain('429');
  });

  it('does not send the token back', async () => {
    const server = await startTestServer(tokens);
    const peer = await RemotePeer.connect(server.url, { token: 'peer-token' });
    expect(peer.socket.protocol).toBe('a3c');
  });

  it('refuses pages of other sites, which could connect with whatever the browser knows', async () => {
    const server = await startTestServer();
    const foreign = { origin: 'https://evil.example' };
    expect(await connect(server, { headers: foreign })).toContain('403');
    expect(await connect(server, { headers: { ...foreign, 'sec-fetch-site': 'cross-site' } })).toContain(
      '403',
    );
    expect(await connect(server, { headers: { origin: 'null' } })).toContain('403');
    expect(await connect(server, { headers: { host: 'evil.example' } })).toContain('403');
    expect(await connect(server, { headers: { origin: server.url } })).toBe('connected');
    const open = await startTestServer({ corsOrigin: ['https://game.example'] });
    expect(await connect(open, { headers: { origin: 'https://game.example' } })).toBe('connected');
  });

  it('is limited', async () => {
    const server = await startTestServer({}, 'scripted', { maxPeers: 1 });
    expect(await connect(server, {})).toBe('connected');
    expect(await connect(server, {})).toContain('429');
  });

  it('explains itself to a plain request, and ignores other upgrades', async () => {
    const server = await startTestServer();
    const plain = await server.get('/environments/remote');
    expect([plain.status, (await plain.text()).includes('UPGRADE_REQUIRED')]).toEqual([426, true]);
    const head = await new Promise<string>((resolve) => {
      const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1', () =>
        socket.write(
          'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n',
        ),
      );
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
    });
    expect(head).toMatch(/^HTTP\/1\.1 200/);
  });
});
