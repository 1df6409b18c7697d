// What callers prove who they are with, in the OpenAPI document.

/** A token in a header, or the cookie that a page gets for it. */
const needsTokenOrSession = [{ token: [] }, { session: [] }];

/** For operations that anybody may call. */
export const openToAll: readonly never[] = [];

/** Describes how callers of all other operations are known. */
export function describeSecurity(needsToken: boolean) {
  return {
    security: needsToken ? needsTokenOrSession : [{}, ...needsTokenOrSession],
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'A3C_TOKEN of the server, or A3C_READ_TOKEN for calls that change nothing',
      },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'a3c_session',
        description:
          "Cookie of a page that signed in with POST /session, for the server's own pages. Its name ends with the server's port",
      },
    },
  } as const;
}
