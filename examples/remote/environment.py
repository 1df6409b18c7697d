# Catch as a remote environment, with Python's standard library alone: `python3 examples/remote/environment.py`.
# A ball falls from the top of a field of 5 × 6 cells; who catches it at the bottom gets 1, who misses it loses 1.
import base64, json, os, random, socket, struct, time, urllib.parse

SERVER = urllib.parse.urlsplit(os.environ.get("A3C_URL", "http://127.0.0.1:8080"))
TOKEN = os.environ.get("A3C_PEER_TOKEN", "").encode()
PROTOCOLS = ["a3c"] + ["a3c.token." + base64.urlsafe_b64encode(TOKEN).decode().rstrip("=")] * bool(TOKEN)
SPACES = {"observationSpace": {"type": "box", "shape": [3], "low": 0, "high": 1}, "actionSpace": {"type": "discrete", "n": 3}}
UPGRADE = f"""GET /environments/remote HTTP/1.1
Host: {SERVER.netloc}
Connection: Upgrade
Upgrade: websocket
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}
Sec-WebSocket-Protocol: {", ".join(PROTOCOLS)}

"""
game = {"ball": 0, "height": 0, "paddle": 0}

def answer(question):
    """One world, so each question has one seed or one action."""
    result = {"type": "answer", "id": question["id"]}
    if question["type"] == "reset":
        game.update(ball=random.Random(question["seeds"][0]).randrange(5), height=5, paddle=2)
    else:
        game["height"] -= 1
        game["paddle"] = min(4, max(0, game["paddle"] + question["actions"][0] - 1))
        reward = 0 if game["height"] else 1 if game["ball"] == game["paddle"] else -1
        result |= {"rewards": [reward], "terminated": [game["height"] == 0], "truncated": [False]}
    return result | {"observations": [[game["ball"] / 4, game["height"] / 5, game["paddle"] / 4]]}

def send(connection, kind, data):
    """Sends a frame (RFC 6455). Clients mask what they send; a mask of zeros changes nothing."""
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
    connection.sendall(bytes([kind]) + size + bytes(4) + data)

def serve(connection, stream):
    connection.sendall(UPGRADE.replace("\n", "\r\n").encode())
    while stream.readline().strip():
        pass
    send(connection, 0x81, json.dumps({"type": "hello", "protocol": 1, "environment": "Catch-v1", **SPACES}).encode())
    while header := stream.read(2):
        length = struct.unpack(">H", stream.read(2))[0] if header[1] == 126 else header[1]
        data = stream.read(length)
        if header[0] == 0x89:  # a ping: the pong says that this peer is alive
            send(connection, 0x8A, data)
        elif header[0] == 0x81 and (question := json.loads(data))["type"] in ("reset", "step"):
            send(connection, 0x81, json.dumps(answer(question)).encode())

while True:  # the server may restart; its jobs go on when this environment is back
    try:
        with socket.create_connection((SERVER.hostname, SERVER.port or 80)) as connection:
            serve(connection, connection.makefile("rb"))
    except OSError as error:
        print(error)
    time.sleep(1)
