// Writes which parameters each endpoint takes, out of the types of the npm package stripe: node parameters.mjs > parameters.txt
// A line is METHOD PATH and the names, with ! after those that must be there. The stand-in refuses every other name.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const resources = join(dirname(fileURLToPath(import.meta.url)), "node_modules/stripe/esm/resources");
const endpoints = [
  ["POST /v1/customers", "Customers", "CustomerCreateParams"],
  ["GET /v1/customers/*", "Customers", "CustomerRetrieveParams"],
  ["POST /v1/setup_intents", "SetupIntents", "SetupIntentCreateParams"],
  ["GET /v1/setup_intents/*", "SetupIntents", "SetupIntentRetrieveParams"],
  ["POST /v1/setup_intents/*/confirm", "SetupIntents", "SetupIntentConfirmParams"],
  ["POST /v1/setup_intents/*/cancel", "SetupIntents", "SetupIntentCancelParams"],
  ["POST /v1/payment_intents", "PaymentIntents", "PaymentIntentCreateParams"],
  ["GET /v1/payment_intents", "PaymentIntents", "PaymentIntentListParams"],
  ["GET /v1/payment_intents/*", "PaymentIntents", "PaymentIntentRetrieveParams"],
  ["POST /v1/payment_intents/*/confirm", "PaymentIntents", "PaymentIntentConfirmParams"],
  ["POST /v1/payment_intents/*/cancel", "PaymentIntents", "PaymentIntentCancelParams"],
  ["POST /v1/payment_methods", "PaymentMethods", "PaymentMethodCreateParams"],
  ["GET /v1/payment_methods/*", "PaymentMethods", "PaymentMethodRetrieveParams"],
  ["POST /v1/payment_methods/*/attach", "PaymentMethods", "PaymentMethodAttachParams"],
  ["POST /v1/payment_methods/*/detach", "PaymentMethods", "PaymentMethodDetachParams"],
  ["GET /v1/charges/*", "Charges", "ChargeRetrieveParams"],
  ["POST /v1/refunds", "Refunds", "RefundCreateParams"],
  ["GET /v1/refunds", "Refunds", "RefundListParams"],
  ["GET /v1/refunds/*", "Refunds", "RefundRetrieveParams"],
  ["GET /v1/disputes/*", "Disputes", "DisputeRetrieveParams"],
  ["GET /v1/events", "Events", "EventListParams"],
  ["GET /v1/events/*", "Events", "EventRetrieveParams"],
];

for (const [endpoint, file, type] of endpoints) {
  const source = readFileSync(join(resources, `${file}.d.ts`), "utf8");
  const found = source.match(new RegExp(`^export interface ${type}([^{]*)\\{([^]*?)^\\}`, "m"));
  if (!found) {
    throw new Error(`${file}.d.ts has no ${type}`);
  }

  const names = [...found[2].matchAll(/^    ([a-z_0-9]+)(\??):/gm)].map(([, name, optional]) => name + (optional ? "" : "!"));
  const paged = found[1].includes("PaginationParams") ? ["ending_before", "expand", "limit", "starting_after"] : [];
  console.log([endpoint, ...new Set([...names, ...paged].sort())].join(" "));
}
