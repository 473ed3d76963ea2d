import { group, type PropertyDefinition } from './definition.js'

const money = { showCurrencySymbol: true }
const computed = { fieldType: 'calculation_equation', readOnly: true }
const long = { fieldType: 'textarea' }
const billing = {
  label: 'Billing frequency',
  options: ['monthly', 'quarterly', 'annually'],
}

/** Properties of what is sold and paid for: a selection, under HubSpot's internal names. */
export const commerceProperties: Readonly<Record<string, readonly PropertyDefinition[]>> = {
  products: group('productinformation', {
    string: [
      'name',
      ['description', long],
      'hs_sku',
      'hs_url',
      'hs_images',
      ['hs_recurring_billing_period', { label: 'Term' }],
    ],
    number: [
      ['price', money],
      ['hs_cost_of_goods_sold', { ...money, label: 'Unit cost' }],
    ],
    enumeration: [
      ['hs_product_type', { options: ['inventory', 'non_inventory', 'service'] }],
      ['recurringbillingfrequency', billing],
    ],
  }),
  line_items: group('lineiteminformation', {
    string: [
      'name',
      ['description', long],
      'hs_sku',
      ['hs_product_id', { label: 'Product ID' }],
      ['hs_line_item_currency_code', { label: 'Currency' }],
      ['hs_recurring_billing_period', { label: 'Term' }],
    ],
    number: [
      'quantity',
      ['price', money],
      ['amount', { calculated: true, readOnly: true, ...money }],
      ['discount', money],
      'hs_discount_percentage',
      ['hs_cost_of_goods_sold', money],
      ['hs_margin', { ...computed, ...money }],
      ['hs_position_on_quote', { label: 'Position' }],
    ],
    date: [['hs_recurring_billing_start_date', { label: 'Billing start' }]],
    enumeration: [['recurringbillingfrequency', billing]],
  }),
  quotes: group('quoteinformation', {
    string: [
      'hs_title',
      ['hs_quote_number', { readOnly: true }],
      ['hs_public_url_key', { readOnly: true }],
      ['hs_quote_link', { readOnly: true }],
      ['hs_terms', long],
      'hs_sender_email',
    ],
    number: [['hs_quote_amount', { ...computed, ...money }]],
    date: ['hs_expiration_date'],
    datetime: [
      ['hs_payment_date', { readOnly: true }],
      ['hs_esign_date', { readOnly: true }],
    ],
    enumeration: [
      [
        'hs_status',
        { options: ['DRAFT', 'PENDING_APPROVAL', 'APPROVAL_NOT_NEEDED', 'APPROVED', 'REJECTED'] },
      ],
      ['hs_currency', { options: ['EUR', 'USD', 'GBP'] }],
      ['hs_payment_status', { readOnly: true, options: ['PENDING', 'PAID'] }],
      ['hs_template_type', { options: ['CUSTOMIZABLE_QUOTE_TEMPLATE', 'CPQ_QUOTE'] }],
    ],
    bool: ['hs_esign_enabled', 'hs_payment_enabled'],
  }),
  orders: group('orderinformation', {
    string: [
      'hs_order_name',
      ['hs_external_order_id', { label: 'Order ID in the shop' }],
      'hs_source_store',
      'hs_shipping_address_city',
      'hs_shipping_address_country',
      'hs_tracking_number',
    ],
    number: [
      ['hs_total_price', money],
      ['hs_subtotal_price', money],
      ['hs_order_discount', money],
      ['hs_shipping_cost', money],
      ['hs_tax', money],
    ],
    enumeration: [
      ['hs_currency_code', { options: ['EUR', 'USD', 'GBP'] }],
      ['hs_external_order_status', { options: ['open', 'completed', 'cancelled'] }],
      ['hs_fulfillment_status', { options: ['UNFULFILLED', 'PARTIAL', 'FULFILLED'] }],
      ['hs_payment_status', { options: ['PENDING', 'PAID', 'REFUNDED'] }],
    ],
    datetime: ['hs_processed_date', 'hs_external_created_date'],
  }),
  carts: group('cartinformation', {
    string: ['hs_cart_name', 'hs_external_cart_id', 'hs_source_store', 'hs_cart_url', 'hs_tags'],
    number: [
      ['hs_total_price', money],
      ['hs_cart_discount', money],
      ['hs_shipping_cost', money],
      ['hs_tax', money],
    ],
    enumeration: [
      ['hs_currency_code', { options: ['EUR', 'USD', 'GBP'] }],
      ['hs_external_status', { options: ['pending', 'completed', 'abandoned'] }],
    ],
  }),
  invoices: group('invoiceinformation', {
    string: [
      'hs_title',
      ['hs_number', { label: 'Invoice number', readOnly: true }],
      'hs_purchase_order_number',
      ['hs_comments', long],
    ],
    number: [
      ['hs_amount_billed', { ...computed, ...money }],
      ['hs_balance_due', { ...computed, ...money }],
      ['hs_amount_paid', { ...computed, ...money }],
    ],
    enumeration: [
      ['hs_invoice_status', { options: ['draft', 'open', 'paid', 'voided'] }],
      ['hs_currency', { options: ['EUR', 'USD', 'GBP'] }],
    ],
    datetime: ['hs_invoice_date', 'hs_due_date', ['hs_payment_date', { readOnly: true }]],
  }),
  commerce_payments: group('commercepaymentinformation', {
    string: ['hs_customer_email', 'hs_reference_number'],
    number: [
      ['hs_initial_amount', money],
      ['hs_net_amount', { ...computed, ...money }],
      ['hs_fees_amount', money],
      ['hs_refunds_amount', money],
    ],
    enumeration: [
      ['hs_currency_code', { options: ['EUR', 'USD', 'GBP'] }],
      ['hs_latest_status', { options: ['processing', 'succeeded', 'failed', 'refunded'] }],
      ['hs_processor_type', { options: ['hs_payments', 'byo_stripe', 'NONE'] }],
      ['hs_payment_method_type', { options: ['CARD', 'ACH', 'OTHER'] }],
    ],
    datetime: ['hs_initiated_date', 'hs_payout_date'],
  }),
  subscriptions: group('subscriptioninformation', {
    string: ['hs_name'],
    number: [
      ['hs_last_payment_amount', { ...money, readOnly: true }],
      ['hs_next_payment_amount', { ...money, readOnly: true }],
      ['hs_mrr', { ...computed, ...money }],
    ],
    enumeration: [
      ['hs_status', { options: ['active', 'past_due', 'paused', 'canceled', 'expired'] }],
      ['hs_currency_code', { options: ['EUR', 'USD', 'GBP'] }],
      ['hs_recurring_billing_frequency', billing],
      ['hs_last_payment_status', { readOnly: true, options: ['succeeded', 'failed'] }],
      ['hs_collection_process', { options: ['automatic_payments', 'manual_payments'] }],
    ],
    date: [
      'hs_recurring_billing_start_date',
      'hs_recurring_billing_end_date',
      ['hs_next_payment_due_date', { readOnly: true }],
    ],
  }),
  discounts: parts('discountinformation').concat(
    group('discountinformation', { string: [['hs_duration', { label: 'Term' }]] }),
  ),
  fees: parts('feeinformation'),
  taxes: parts('taxinformation'),
  // What contracts have isn't documented: names as those of other types.
  contracts: group('contractinformation', {
    string: ['hs_name'],
    number: [['hs_total_value', money]],
    date: ['hs_start_date', 'hs_end_date', 'hs_contract_effective_date'],
    enumeration: [
      ['hs_currency_code', { options: ['EUR', 'USD', 'GBP'] }],
      ['hs_status', { options: ['DRAFT', 'ACTIVE', 'EXPIRED'] }],
    ],
  }),
}

/** What is added to or taken off a price. */
function parts(groupName: string): PropertyDefinition[] {
  return group(groupName, {
    string: ['hs_label'],
    number: ['hs_value', ['hs_sort_order', { label: 'Position' }]],
    enumeration: [['hs_type', { options: ['PERCENT', 'FIXED'] }]],
  })
}
