export type { Auth, Check, Permission, Right } from './auth.js'
export type { HttpHandler } from './create-http-handler.js'
export { createHttpHandler } from './create-http-handler.js'
export type { Listener } from './listener.js'
export type { CommonOptions, HttpHandlerOptions } from './options.js'
export { renderStatusPage } from './status-page/render-status-page.js'
export type { StatusPageAsset, StatusPageAssetName } from './status-page/status-page-assets.js'
export { statusPageAssets } from './status-page/status-page-assets.js'
export type { RunInProgress, StatusPageInput } from './status-page/status-page-input.js'
export type {
  WebhookCounts,
  WebhookReceiver,
  WebhookReceiverOptions,
} from './webhooks/create-webhook-receiver.js'
export { createWebhookReceiver } from './webhooks/create-webhook-receiver.js'
