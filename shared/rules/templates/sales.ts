import { bearer, plain, posts, postsPairs, type Template } from './template'

export const sales: readonly Template[] = [
  // Salesforce, REST API Developer Guide, "Create a Record": POST to sobjects/Lead with Bearer; a Lead needs LastName
  // and Company; 201 with `id`.
  {
    id: 'salesforce-lead',
    title: 'Salesforce: create a lead',
    about:
      'Creates a Lead record and keeps its id. Put your domain into the address, and an access token into the secret salesforce_token, or choose OAuth 2 under Trust.',
    group: 'Sales and marketing',
    webhook: plain(
      postsPairs('https://YOUR_DOMAIN.my.salesforce.com/services/data/v63.0/sobjects/Lead', {
        FirstName: '{{ lead.first_name }}',
        LastName: '{{ lead.last_name | default: "Unknown" }}',
        Company: '{{ lead.company | default: "Unknown" }}',
        Email: '{{ lead.email }}',
      }),
      { ...bearer('salesforce_token'), mappings: [{ path: 'id', field: 'salesforce_id' }] },
    ),
  },
  // HubSpot, CRM API v3, "Create or update a batch of contacts by unique property values" (batch/upsert): `inputs` with
  // idProperty, id and properties; Bearer; `results[0].id`.
  {
    id: 'hubspot-contact',
    title: 'HubSpot: create or update a contact',
    about:
      'Writes one contact, found by its e-mail address. Put the token of your private app into the secret hubspot_token.',
    group: 'Sales and marketing',
    webhook: plain(
      posts(
        'https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert',
        'application/json',
        `{
  "inputs": [
    {
      "idProperty": "email",
      "id": {{ lead.email | default: "" }},
      "properties": {
        "email": {{ lead.email | default: "" }},
        "firstname": {{ lead.first_name | default: "" }},
        "lastname": {{ lead.last_name | default: "" }}
      }
    }
  ]
}`,
      ),
      { ...bearer('hubspot_token'), mappings: [{ path: 'results[0].id', field: 'hubspot_id' }] },
    ),
  },
  // Segment, "HTTP API Source" and "Spec: Track": POST /v1/track with userId, event, properties and messageId; the
  // writeKey stands in the body.
  {
    id: 'segment-track',
    title: 'Segment: track an event',
    about:
      'Hands the event that let the lead in to Segment. Put your write key into the secret segment_write_key. In the EU the host is events.eu1.segmentapis.com.',
    group: 'Sales and marketing',
    webhook: plain(
      posts(
        'https://api.segment.io/v1/track',
        'application/json',
        `{
  "writeKey": {{ secret.segment_write_key }},
  "userId": {{ lead.external_id }},
  "event": {{ event.name | default: "Campaign step" }},
  "properties": {% if event.properties %}{{ event.properties }}{% else %}{}{% endif %},
  "messageId": {{ event.id | default: lead.external_id }}
}`,
      ),
    ),
  },
]
