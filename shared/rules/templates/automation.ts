import { plain, posts, postsPairs, type Template } from './template'

const lead = {
  lead: '{{ lead.external_id }}',
  email: '{{ lead.email }}',
  event: '{{ event.name }}',
  campaign: '{{ campaign.name }}',
}

/** Catch hooks take any JSON. */
const hook = (id: string, title: string, url: string, where: string): Template => ({
  id,
  title,
  about: `Starts ${where}. Put the address that it shows you in place of the one here.`,
  group: 'Automation',
  webhook: plain(postsPairs(url, lead)),
})

export const automation: readonly Template[] = [
  hook('zapier', 'Zapier catch hook', 'https://hooks.zapier.com/hooks/catch/YOUR_ID/YOUR_HOOK/', 'a Zap by Webhooks'),
  hook('make', 'Make custom webhook', 'https://hook.eu1.make.com/YOUR_HOOK', 'a scenario of Make'),
  hook('n8n', 'n8n webhook', 'https://YOUR_HOST/webhook/YOUR_PATH', 'a workflow of n8n by its Webhook node'),
]

export const others: readonly Template[] = [
  {
    id: 'lob-postcard',
    title: 'Lob: send a postcard',
    about:
      'Prints and posts a card. Put your key in base64 ("key:"), the id of your own address and of both sides in place of those here.',
    group: 'Mail and print',
    webhook: plain(
      posts(
        'https://api.lob.com/v1/postcards',
        'application/json',
        `{
  "description": {{ campaign.name | default: "Campaign" | json }},
  "to": {
    "name": {{ lead.name | default: "Customer" | json }},
    "address_line1": {{ lead.address_line1 | default: "" | json }},
    "address_city": {{ lead.city | default: "" | json }},
    "address_state": {{ lead.state | default: "" | json }},
    "address_zip": {{ lead.zip | default: "" | json }}
  },
  "from": "YOUR_ADDRESS_ID",
  "front": "YOUR_FRONT_TEMPLATE_ID",
  "back": "YOUR_BACK_TEMPLATE_ID",
  "use_type": "marketing"
}`,
        { authorization: 'Basic YOUR_API_KEY_IN_BASE64' },
      ),
      { mappings: [{ path: 'id', field: 'postcard_id' }] },
    ),
  },
  {
    id: 'json',
    title: 'JSON to any service',
    about: 'Sends keys and values as JSON. Put the address of your service in place of the one here.',
    group: 'Anything',
    webhook: plain(postsPairs('https://YOUR_HOST/leads', lead)),
  },
  {
    id: 'form',
    title: 'Form post',
    about: 'Sends fields as a web form does. Put the address that the form posts to in place of the one here.',
    group: 'Anything',
    webhook: plain(
      posts(
        'https://YOUR_HOST/form',
        'application/x-www-form-urlencoded',
        'email={{ lead.email | url_encode }}&name={{ lead.name | url_encode }}',
      ),
      { answer: 'none' },
    ),
  },
  {
    id: 'soap',
    title: 'SOAP / XML',
    about: 'Sends an XML envelope. Put the address, the action and the names of your service in place of those here.',
    group: 'Anything',
    webhook: plain(
      posts(
        'https://YOUR_HOST/service',
        'text/xml; charset=utf-8',
        `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body>
    <SaveLead xmlns="urn:YOUR_SERVICE">
      <Id>{{ lead.external_id | escape }}</Id>
      <Email>{{ lead.email | escape }}</Email>
    </SaveLead>
  </soap:Body>
</soap:Envelope>`,
        { soapaction: '"urn:YOUR_SERVICE/SaveLead"' },
      ),
      { answer: 'xml' },
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
