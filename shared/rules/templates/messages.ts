import { plain, posts, postsPairs, type Template } from './template'

export const messages: readonly Template[] = [
  {
    id: 'slack',
    title: 'Slack message',
    about: 'Posts into a channel by an incoming webhook. Put the address that Slack gave you in place of the one here.',
    group: 'Messages',
    webhook: plain(
      postsPairs('https://hooks.slack.com/services/YOUR/WEBHOOK/PATH', {
        text: '{{ lead.email }} did {{ event.name }}',
      }),
      { answer: 'none' },
    ),
  },
  {
    id: 'twilio-sms',
    title: 'Twilio text message',
    about:
      'Sends a text message. Put your account id into the address, "id:token" in base64 into the header, and your number after From.',
    group: 'Messages',
    webhook: plain(
      posts(
        'https://api.twilio.com/2010-04-01/Accounts/YOUR_ACCOUNT_SID/Messages.json',
        'application/x-www-form-urlencoded',
        'To={{ lead.phone | url_encode }}&From=%2B15550000000&Body={{ "Hello " | append: lead.first_name | url_encode }}',
        { authorization: 'Basic YOUR_ACCOUNT_SID_AND_TOKEN_IN_BASE64' },
      ),
      { mappings: [{ path: 'sid', field: 'twilio_message' }] },
    ),
  },
  {
    id: 'openai-chat',
    title: 'Chat completion (OpenAI-compatible)',
    about:
      'Asks a language model and keeps its answer. Put the host of your service, your key and the name of a model in place of those here.',
    group: 'Anything',
    webhook: plain(
      posts(
        'https://api.openai.com/v1/chat/completions',
        'application/json',
        `{
  "model": "YOUR_MODEL",
  "messages": [
    { "role": "system", "content": "Write one friendly sentence to a customer." },
    { "role": "user", "content": {{ lead.first_name | default: "a customer" | json }} }
  ]
}`,
        { authorization: 'Bearer YOUR_API_KEY' },
      ),
      { mappings: [{ path: 'choices[0].message.content', field: 'greeting' }] },
    ),
  },
]
