export type { Auth, Check, Permission, Right } from './auth.js'
export type { HttpHandler } from './create-http-handler.js'
export { createHttpHandler } from './create-http-handler.js'
export type { Listener } from './listener.js'
export type { CommonOptions, HttpHandlerOptions } from './options.js'
export type {
  WebhookCounts,
  WebhookReceiver,
  WebhookReceiverOptions,
} from './webhooks/create-webhook-receiver.js'
export { createWebhookReceiver } from './webhooks/create-webhook-receiver.js'
