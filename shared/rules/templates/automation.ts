import { bearer, plain, posts, postsForm, postsPairs, type Template } from './template'

const lead = {
  lead: '{{ lead.external_id }}',
  email: '{{ lead.email }}',
  event: '{{ event.name }}',
  campaign: '{{ campaign.name }}',
}

/** Catch hooks take any JSON, and only the secret address keeps others out. */
const hook = (id: string, title: string, url: string, where: string): Template => ({
  id,
  title,
  about: `Starts ${where}. Put the address that it shows you in place of the one here.`,
  group: 'Automation',
  webhook: plain(postsPairs(url, lead)),
})

const makeUrl = 'https://hook.eu1.make.com/YOUR_HOOK'

export const automation: readonly Template[] = [
  // Zapier, "Trigger Zaps from webhooks": POST of JSON to the catch hook; the answer is JSON with a status.
  hook('zapier', 'Zapier catch hook', 'https://hooks.zapier.com/hooks/catch/YOUR_ID/YOUR_HOOK/', 'a Zap by Webhooks'),
  // Make, Apps documentation, "Webhooks", custom webhook: each has an address of its own, at the host of its zone, and
  // takes data over HTTP; keys, where some were added, are asked for in x-make-apikey. What it answers is the
  // scenario's affair (its "Webhook response" module), so the answer is not read.
  {
    ...hook('make', 'Make custom webhook', makeUrl, 'a scenario of Make'),
    about:
      'Starts a scenario of Make. Put the address that it shows you in place of the one here. Where the webhook asks for an API key, choose API key under Trust, in the header x-make-apikey.',
    webhook: plain(postsPairs(makeUrl, lead), { answer: 'none' }),
  },
  // n8n, "Webhook node documentation": POST to the production URL, /webhook/ and the path; /webhook-test/ is for the
  // editor alone.
  hook(
    'n8n',
    'n8n webhook',
    'https://YOUR_HOST/webhook/YOUR_PATH',
    'a workflow of n8n by its Webhook node (production URL)',
  ),
]

/**
 * Where something is posted to on paper. Lob, API reference, "Addresses" (lob-openapi, address_editable_us and _base):
 * a US address needs a name or a company of at most 40 characters, address_line1 and address_line2 of at most 64, a
 * city, a state of two letters, and 12345 or 12345-1234; without a country it is the US.
 */
const address = `{
    "name": {{ lead.name | default: "Customer" | truncate: 40, "" }},
    "address_line1": {{ lead.address_line1 | default: "" }},
    "address_line2": {{ lead.address_line2 | default: "" }},
    "address_city": {{ lead.city | default: "" }},
    "address_state": {{ lead.state | default: "" }},
    "address_zip": {{ lead.zip | default: "" }}
  }`

/**
 * Lob, API reference, "Authentication": the key is the user name of Basic authentication, without a password; the
 * secret holds "key:" in base64.
 */
const lobKey = { authorization: 'Basic {{ secret.lob_key_base64 }}' }

const soapAbout =
  'Sends an XML envelope. Put the address, the action and the names of your service in place of those here.'
const soapAction = 'urn:YOUR_SERVICE/SaveLead'

/** An envelope with one call in it. Both versions of SOAP differ by its namespace. */
const envelope = (namespace: string) => `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="${namespace}">
  <soap:Body>
    <SaveLead xmlns="urn:YOUR_SERVICE">
      <Id>{{ lead.external_id | escape }}</Id>
      <Email>{{ lead.email | default: "" | escape }}</Email>
    </SaveLead>
  </soap:Body>
</soap:Envelope>`

export const others: readonly Template[] = [
  // Lob, API reference, "Postcards: Create" (lob-openapi, postcard_editable): to, front and back are required, from is
  // not within the US; use_type may only be left out where the account has a default; a front or back is HTML, an
  // address of a file, or the id of a template; 200 with `id`.
  {
    id: 'lob-postcard',
    title: 'Lob: send a postcard',
    about:
      'Prints and posts a card to an address in the US, with the state as two letters. Put "key:" in base64 into the secret lob_key_base64, and the ids of your own address and of both sides in place of those here.',
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
  // Lob, API reference, "Letters: Create" (lob-openapi, letter_editable and letter_base): to, from, file and color are
  // required; use_type is marketing or operational, and may only be left out where the account has a default; 200 with
  // `id` and `expected_delivery_date`.
  {
    id: 'lob-letter',
    title: 'Lob: send a letter',
    about:
      'Prints and posts a letter to an address in the US, with the state as two letters. Put "key:" in base64 into the secret lob_key_base64, and the ids of your own address and of the letter’s template in place of those here.',
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
  // W3C Note, "Simple Object Access Protocol (SOAP) 1.1", 6: POST of text/xml with the header SOAPAction, an address in
  // quotes; the envelope's namespace tells the version.
  {
    id: 'soap',
    title: 'SOAP 1.1 / XML',
    about: soapAbout,
    group: 'Anything',
    webhook: plain(
      posts(
        'https://YOUR_HOST/service',
        'text/xml; charset=utf-8',
        envelope('http://schemas.xmlsoap.org/soap/envelope/'),
        {
          soapaction: `"${soapAction}"`,
        },
      ),
      { answer: 'xml' },
    ),
  },
  // W3C Recommendation, "SOAP Version 1.2", part 1 (namespace) and part 2, 7; RFC 3902: application/soap+xml, with the
  // action as its parameter instead of a header.
  {
    id: 'soap-12',
    title: 'SOAP 1.2 / XML',
    about: soapAbout,
    group: 'Anything',
    webhook: plain(
      posts(
        'https://YOUR_HOST/service',
        `application/soap+xml; charset=utf-8; action="${soapAction}"`,
        envelope('http://www.w3.org/2003/05/soap-envelope'),
      ),
      { answer: 'xml' },
    ),
  },
  // OpenAI, API reference, "Create chat completion" (types of its Node library, 6.49): model and messages are required;
  // Bearer; choices[0].message.content is a text, or null when the model refuses. OpenAI calls the role of instructions
  // `developer` since o1 and takes `system` too, which is all that others know.
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
