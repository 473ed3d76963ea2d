/** A reply. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON unless it is a text. */
  readonly body: unknown
}

/** Thrown to refuse a request. It contains the reply. */
export class Refusal extends Error {
  readonly reply: Reply
  constructor(
    status: number,
    body: Record<string, unknown> | string,
    headers: Record<string, string> = {},
  ) {
    super(`${status}`)
    this.reply = { status, body, headers }
  }
}

/** A reply with a JSON body. */
export function json(body: unknown, status = 200): Reply {
  return { status, headers: {}, body }
}

/** 204, which has no body. */
export const noContent: Reply = { status: 204, headers: {}, body: '' }

/** The body of an error. `correlationId` is filled in when the reply is sent. */
export function errorBody(
  message: string,
  category?: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    status: 'error',
    message,
    correlationId: '',
    ...more,
    ...(category === undefined ? {} : { category }),
  }
}

/** 400 with category VALIDATION_ERROR. Source: HubSpot docs, "Error handling". */
export function invalid(message: string, more: Record<string, unknown> = {}): Refusal {
  return new Refusal(400, errorBody(message, 'VALIDATION_ERROR', more))
}

/** The same with an `errors` list that names the part of the input. */
export function invalidInput(message: string, input: string): Refusal {
  return invalid(`Invalid input (details: ${message})`, { errors: [{ message, in: input }] })
}

/** 400 for an unknown object type. Source: recorded reply. */
export function unknownObjectType(name: string): Refusal {
  return new Refusal(400, errorBody(`Unable to infer object type from: ${name}`))
}

/** 409 for something that is there already. */
export function conflict(
  message: string,
  category = 'CONFLICT',
  more: Record<string, unknown> = {},
) {
  return new Refusal(409, errorBody(message, category, more))
}

/** 404. Source: recorded reply (header and message). */
export function notFound(category = 'OBJECT_NOT_FOUND'): Refusal {
  return new Refusal(404, errorBody('resource not found', category), {
    'x-hubspot-notfound': 'true',
  })
}

/** 405 for a method that a path does not have. */
export function methodNotAllowed(allowed: readonly string[]): Refusal {
  return new Refusal(405, errorBody('HTTP 405 Method Not Allowed'), { allow: allowed.join(', ') })
}

/** 415 for a body that isn't said to be JSON. Source: several issue trackers. */
export function unsupportedMediaType(): Refusal {
  return new Refusal(415, errorBody('HTTP 415 Unsupported Media Type'))
}

/** 401 for a token that is missing or unknown. */
export function unauthenticated(): Refusal {
  return new Refusal(
    401,
    errorBody(
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
      'INVALID_AUTHENTICATION',
    ),
  )
}

/** 401 for an expired token. Source: recorded reply. */
export function expiredToken(expiredAt: number, now: number): Refusal {
  return new Refusal(
    401,
    errorBody(
      `The OAuth token used to make this call expired ${Math.max(0, Math.floor((now - expiredAt) / 1000))} second(s) ago.`,
      'EXPIRED_AUTHENTICATION',
      { context: { 'expire time': [new Date(expiredAt).toISOString()] } },
    ),
  )
}

/** 403 with the missing scopes. Source: recorded reply. */
export function missingScopes(scopes: readonly string[]): Refusal {
  return new Refusal(
    403,
    errorBody(
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
      'MISSING_SCOPES',
      {
        errors: [
          {
            message: 'One or more of the following scopes are required.',
            context: { requiredGranularScopes: scopes },
          },
        ],
        links: { scopes: 'https://developers.hubspot.com/scopes' },
      },
    ),
  )
}

/** 429 of the ten-second limits. Source: issue trackers, several. */
export function burstLimit(groupName: string): Refusal {
  return new Refusal(429, {
    status: 'error',
    message: 'You have reached your ten_secondly_rolling limit.',
    errorType: 'RATE_LIMIT',
    correlationId: '',
    policyName: 'TEN_SECONDLY_ROLLING',
    groupName,
  })
}

/** 429 of search, which has no policy name. Source: recorded reply. */
export function searchLimit(): Refusal {
  return new Refusal(429, errorBody('You have reached your secondly limit.', 'RATE_LIMITS'))
}

/** 429 of the daily limit. Source: HubSpot docs, "Usage guidelines". */
export function dailyLimit(requestId: string): Refusal {
  return new Refusal(429, {
    status: 'error',
    message: 'You have reached your daily limit.',
    errorType: 'RATE_LIMIT',
    correlationId: '',
    policyName: 'DAILY',
    requestId,
  })
}

/** A page as a proxy in front of HubSpot sends it: HTML, whatever was asked for. */
export function htmlPage(status: number, title: string): Refusal {
  return new Refusal(
    status,
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
    { 'content-type': 'text/html; charset=utf-8' },
  )
}
