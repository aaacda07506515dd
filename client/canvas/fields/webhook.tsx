export function WebhookField() {
  return null
}
