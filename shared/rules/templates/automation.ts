import { bearer, plain, posts, postsForm, postsPairs, type Template } from './template'

const lead = {
  lead: '{{ lead.external_id }}',
  email: '{{ lead.email }}',
  event: '{{ event.name }}',
  campaign: '{{ campaign.name }}',
}

/** Catch hooks take any JSON, and the address is all that keeps others out. */
const hook = (id: string, title: string, url: string, where: string): Template => ({
  id,
  title,
  about: `Starts ${where}. Put the address that it shows you in place of the one here.`,
  group: 'Automation',
  webhook: plain(postsPairs(url, lead)),
})

export const automation: readonly Template[] = [
  // Zapier, "Trigger Zaps from webhooks": POST of JSON to the catch hook; the answer is JSON with a status.
  hook('zapier', 'Zapier catch hook', 'https://hooks.zapier.com/hooks/catch/YOUR_ID/YOUR_HOOK/', 'a Zap by Webhooks'),
  // Make, "Webhooks": a custom webhook takes JSON, forms and queries; it answers "Accepted" as text.
  {
    ...hook('make', 'Make custom webhook', 'https://hook.eu1.make.com/YOUR_HOOK', 'a scenario of Make'),
    webhook: plain(postsPairs('https://hook.eu1.make.com/YOUR_HOOK', lead), { answer: 'none' }),
  },
  // n8n, "Webhook node documentation": POST to the production URL, /webhook/ and the path; /webhook-test/ is for the editor alone.
  hook(
    'n8n',
    'n8n webhook',
    'https://YOUR_HOST/webhook/YOUR_PATH',
    'a workflow of n8n by its Webhook node (production URL)',
  ),
]

/** Where something is posted to on paper. */
const address = `{
    "name": {{ lead.name | default: "Customer" }},
    "address_line1": {{ lead.address_line1 | default: "" }},
    "address_city": {{ lead.city | default: "" }},
    "address_state": {{ lead.state | default: "" }},
    "address_zip": {{ lead.zip | default: "" }}
  }`

/** Lob takes its key as the user name of Basic authentication, without a password: the secret holds "key:" in base64. */
const lobKey = { authorization: 'Basic {{ secret.lob_key_base64 }}' }

export const others: readonly Template[] = [
  // Lob, API reference, "Postcards: Create" and "Authentication": to, from, front, back and use_type are required; 200 with `id`.
  {
    id: 'lob-postcard',
    title: 'Lob: send a postcard',
    about:
      'Prints and posts a card. Put "key:" in base64 into the secret lob_key_base64, and the ids of your own address and of both sides in place of those here.',
    group: 'Mail and print',
    webhook: plain(
      posts(
        'https://api.lob.com/v1/postcards',
        'application/json',
        `{
  "description": {{ campaign.name | default: "Campaign" }},
  "to": ${address},
  "from": "YOUR_ADDRESS_ID",
  "front": "YOUR_FRONT_TEMPLATE_ID",
  "back": "YOUR_BACK_TEMPLATE_ID",
  "use_type": "marketing"
}`,
        lobKey,
      ),
      { mappings: [{ path: 'id', field: 'postcard_id' }] },
    ),
  },
  // Lob, API reference, "Letters: Create": to, from, file, color and use_type are required; 200 with `id` and `expected_delivery_date`.
  {
    id: 'lob-letter',
    title: 'Lob: send a letter',
    about:
      'Prints and posts a letter. Put "key:" in base64 into the secret lob_key_base64, and the ids of your own address and of the letter’s template in place of those here.',
    group: 'Mail and print',
    webhook: plain(
      posts(
        'https://api.lob.com/v1/letters',
        'application/json',
        `{
  "description": {{ campaign.name | default: "Campaign" }},
  "to": ${address},
  "from": "YOUR_ADDRESS_ID",
  "file": "YOUR_LETTER_TEMPLATE_ID",
  "merge_variables": { "first_name": {{ lead.first_name | default: "" }} },
  "color": false,
  "use_type": "operational"
}`,
        lobKey,
      ),
      {
        mappings: [
          { path: 'id', field: 'letter_id' },
          { path: 'expected_delivery_date', field: 'letter_expected' },
        ],
      },
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
      postsForm('https://YOUR_HOST/form', {
        email: '{{ lead.email | default: "" }}',
        name: '{{ lead.name | default: "" }}',
      }),
      { answer: 'none' },
    ),
  },
  // W3C, "Simple Object Access Protocol (SOAP) 1.1": text/xml, and SOAPAction in quotes.
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
      <Email>{{ lead.email | default: "" | escape }}</Email>
    </SaveLead>
  </soap:Body>
</soap:Envelope>`,
        { soapaction: '"urn:YOUR_SERVICE/SaveLead"' },
      ),
      { answer: 'xml' },
    ),
  },
  // OpenAI, API reference, "Create chat completion": model and messages are required; Bearer; `choices[0].message.content`. Others copy it, at another host.
  {
    id: 'openai-chat',
    title: 'Chat completion (OpenAI-compatible)',
    about:
      'Asks a language model and keeps its answer. Put the host of your service and the name of a model in place of those here, and your key into the secret openai_key.',
    group: 'Anything',
    webhook: plain(
      posts(
        'https://api.openai.com/v1/chat/completions',
        'application/json',
        `{
  "model": "YOUR_MODEL",
  "messages": [
    { "role": "system", "content": "Write one friendly sentence to a customer." },
    { "role": "user", "content": {{ lead.first_name | default: "a customer" }} }
  ]
}`,
      ),
      { ...bearer('openai_key'), mappings: [{ path: 'choices[0].message.content', field: 'greeting' }] },
    ),
  },
]
