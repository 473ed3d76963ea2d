import { Refusal } from '../replies.js'

/** 400 with a status of its own, and in dated versions the error of OAuth beside it. Source: issue trackers, several. */
function refused(error: string, status: string, message: string): Refusal {
  return new Refusal(400, {
    error,
    error_description: message,
    status,
    message,
    correlationId: '',
  })
}

export const badClient = (what: 'id' | 'secret') =>
  what === 'id'
    ? refused('invalid_client', 'BAD_CLIENT_ID', 'missing or unknown client id')
    : refused('invalid_client', 'BAD_CLIENT_SECRET', 'missing or invalid client secret')

export const badGrantType = () =>
  refused('unsupported_grant_type', 'BAD_GRANT_TYPE', 'missing or unknown grant type')

export const badCode = () =>
  refused('invalid_grant', 'BAD_AUTH_CODE', 'missing or unknown auth code')

export const authCodeExpired = () =>
  refused('invalid_grant', 'EXPIRED_AUTH_CODE', 'auth code has expired')

export const badRedirect = () =>
  refused('invalid_grant', 'BAD_REDIRECT_URI', 'missing or invalid redirect uri')

export const badRefreshToken = () =>
  refused('invalid_grant', 'BAD_REFRESH_TOKEN', 'missing or invalid refresh token')

export const badScope = (scopes: readonly string[]) =>
  refused('invalid_scope', 'BAD_SCOPE', `scopes that the app can't have: ${scopes.join(' ')}`)
