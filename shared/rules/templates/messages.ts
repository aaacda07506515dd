import { basic, plain, postsForm, postsPairs, type Template } from './template'

export const messages: readonly Template[] = [
  // Slack, "Sending messages using incoming webhooks": POST of JSON with `text`; the answer is the text "ok".
  {
    id: 'slack',
    title: 'Slack message',
    about: 'Posts into a channel by an incoming webhook. Put the address that Slack gave you in place of the one here.',
    group: 'Messages',
    webhook: plain(
      postsPairs('https://hooks.slack.com/services/YOUR/WEBHOOK/PATH', {
        text: '{{ lead.email | default: lead.external_id }} did {{ event.name | default: "something" }}',
      }),
      { answer: 'none' },
    ),
  },
  // Twilio, "Messages resource" and "Make an HTTP Request to Twilio": a form with To, From and Body; Basic with the
  // account's SID and its auth token; 201 with `sid`.
  {
    id: 'twilio-sms',
    title: 'Twilio text message',
    about:
      'Sends a text message. Put your account SID into the address and the user name, your number into From, and your auth token into the secret twilio_auth_token.',
    group: 'Messages',
    webhook: plain(
      postsForm('https://api.twilio.com/2010-04-01/Accounts/YOUR_ACCOUNT_SID/Messages.json', {
        To: '{{ lead.phone | default: "" }}',
        From: '+15550000000',
        Body: 'Hello {{ lead.first_name | default: "there" }}',
      }),
      {
        ...basic('YOUR_ACCOUNT_SID', 'twilio_auth_token'),
        mappings: [
          { path: 'sid', field: 'twilio_message' },
          { path: 'status', field: 'twilio_status' },
        ],
      },
    ),
  },
]
