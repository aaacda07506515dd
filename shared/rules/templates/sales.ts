import { plain, posts, postsPairs, type Template } from './template'

export const sales: readonly Template[] = [
  {
    id: 'salesforce-lead',
    title: 'Salesforce: create a lead',
    about:
      'Creates a Lead record and keeps its id. Put your domain, the version of the API and an access token in place of those here.',
    group: 'Sales and marketing',
    webhook: plain(
      postsPairs(
        'https://YOUR_DOMAIN.my.salesforce.com/services/data/v61.0/sobjects/Lead',
        {
          FirstName: '{{ lead.first_name }}',
          LastName: '{{ lead.last_name | default: "Unknown" }}',
          Company: '{{ lead.company | default: "Unknown" }}',
          Email: '{{ lead.email }}',
        },
        { authorization: 'Bearer YOUR_ACCESS_TOKEN' },
      ),
      { mappings: [{ path: 'id', field: 'salesforce_id' }] },
    ),
  },
  {
    id: 'hubspot-contact',
    title: 'HubSpot: create or update a contact',
    about:
      'Writes one contact, found by its e-mail address. Put the token of your private app in place of the one here.',
    group: 'Sales and marketing',
    webhook: plain(
      posts(
        'https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert',
        'application/json',
        `{
  "inputs": [
    {
      "idProperty": "email",
      "id": {{ lead.email | json }},
      "properties": {
        "email": {{ lead.email | json }},
        "firstname": {{ lead.first_name | default: "" | json }},
        "lastname": {{ lead.last_name | default: "" | json }}
      }
    }
  ]
}`,
        { authorization: 'Bearer YOUR_PRIVATE_APP_TOKEN' },
      ),
      { mappings: [{ path: 'results[0].id', field: 'hubspot_id' }] },
    ),
  },
  {
    id: 'segment-track',
    title: 'Segment: track an event',
    about:
      'Hands the event that let the lead in to Segment. Put your write key in base64 ("key:") in place of the one here.',
    group: 'Sales and marketing',
    webhook: plain(
      posts(
        'https://api.segment.io/v1/track',
        'application/json',
        `{
  "userId": {{ lead.external_id | json }},
  "event": {{ event.name | default: "Campaign step" | json }},
  "properties": {{ event.properties | default: "{}" }},
  "messageId": {{ event.id | default: lead.external_id | json }}
}`,
        { authorization: 'Basic YOUR_WRITE_KEY_IN_BASE64' },
      ),
    ),
  },
]
