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
]
