// The document at /openapi.json against the types of Lava's own SDK: every field that the SDK declares stands in it, is there when the
// SDK counts on it, may be null only where the SDK knows that, and takes each value that the SDK sends.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const document = await (await fetch(`${process.env.LAVA_TEST_GATEWAY}/openapi.json`)).json();
const types = require.resolve('@lavapayments/nodejs').replace(/index\.[cm]?js$/, 'index.d.ts');
const source = ts.createSourceFile('index.d.ts', readFileSync(types, 'utf8'), ts.ScriptTarget.Latest, true);
const declared = new Map();
ts.forEachChild(source, (node) => {
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) {
    declared.set(node.name.text, node);
  }
});

// The SDK's types and the document's components; what only some answers show, a secret at creation or the customer in lists, is optional there.
const answers = {
  RestCustomer: 'Customer',
  RestCustomerSubscriptionResponse: 'SubscriptionEnvelope',
  RestSubscriptionBase: 'Subscription',
  RestRequest: 'Request',
  RestUsage: 'Usage',
  RestPlan: 'Plan',
  RestMeter: 'Meter',
  RestCreditBundle: 'CreditBundle',
  RestSecretKey: 'SecretKey',
  RestModelList: 'ModelList',
  RestCheckoutSession: 'CheckoutSession',
  RestWebhook: 'Webhook',
  RestSpendKey: 'SpendKey',
  RestAuthCredentials: 'Credentials',
};
const bodies = {
  CreateMeterParams: ['/v1/meters', 'post'],
  UpdateMeterParams: ['/v1/meters/{id}', 'patch'],
  CreatePlanParams: ['/v1/plans', 'post'],
  UpdatePlanParams: ['/v1/plans/{id}', 'patch'],
  CreateCustomerParams: ['/v1/customers', 'post'],
  UpdateCustomerParams: ['/v1/customers/{id}', 'patch'],
  CreateSubscriptionParams: ['/v1/subscriptions', 'post'],
  UpdateSubscriptionParams: ['/v1/subscriptions/{id}', 'patch'],
  CreateWebhookParams: ['/v1/webhooks', 'post'],
};

const resolve = (schema) => (schema.$ref ? resolve(schema.$ref.slice(2).split('/').reduce((at, name) => at[name], document)) : schema);
const isNullable = (schema) => Boolean(schema.anyOf?.some((one) => one.type === 'null')) || [schema.type].flat().includes('null');
const plain = (schema) => resolve(schema.anyOf?.find((one) => one.type !== 'null') ?? schema);

const members = (node) => {
  const type = ts.isTypeAliasDeclaration(node) ? node.type : node;
  if (ts.isIntersectionTypeNode(type)) {
    return type.types.flatMap((part) => (ts.isTypeReferenceNode(part) ? members(declared.get(part.typeName.text)) : [...part.members]));
  }
  return [...type.members];
};

const compare = (list, schema, path, isAnswer) => {
  for (const member of list) {
    const name = member.name.text;
    const at = `${path}.${name}`;
    const found = schema.properties?.[name];
    assert.ok(found, `${at} is not in the document`);
    const options = ts.isUnionTypeNode(member.type) ? [...member.type.types] : [member.type];
    const allowsNull = options.some((one) => ts.isLiteralTypeNode(one) && one.literal.kind === ts.SyntaxKind.NullKeyword);
    const isRequired = schema.required?.includes(name) ?? false;
    if (isAnswer) {
      assert.ok(member.questionToken || isRequired, `${at} may be missing`);
      assert.ok(allowsNull || member.questionToken || !isNullable(found), `${at} may be null`);
    } else {
      assert.ok(!member.questionToken || !isRequired, `${at} is required`);
    }
    const values = options.filter((one) => ts.isLiteralTypeNode(one) && ts.isStringLiteral(one.literal)).map((one) => one.literal.text);
    if (!isAnswer && values.length > 0) {
      assert.deepEqual(found.enum?.filter((one) => one !== null).toSorted(), values.toSorted(), `${at} takes other values`);
    }
    for (const option of options) {
      inside(option, plain(found), at, isAnswer);
    }
  }
};

const inside = (type, schema, path, isAnswer) => {
  if (ts.isArrayTypeNode(type)) {
    assert.equal([schema.type].flat()[0], 'array', path);
    inside(type.elementType, resolve(schema.items), `${path}[]`, isAnswer);
  } else if (ts.isTypeReferenceNode(type) && type.typeName.text === 'Array') {
    inside(type.typeArguments[0], resolve(schema.items), `${path}[]`, isAnswer);
  } else if (ts.isTypeReferenceNode(type) && declared.has(type.typeName.text)) {
    compare(members(declared.get(type.typeName.text)), schema, path, isAnswer);
  } else if (ts.isTypeLiteralNode(type)) {
    compare([...type.members], schema, path, isAnswer);
  } else if (type.kind === ts.SyntaxKind.StringKeyword || type.kind === ts.SyntaxKind.BooleanKeyword) {
    assert.equal([schema.type].flat()[0], type.kind === ts.SyntaxKind.StringKeyword ? 'string' : 'boolean', path);
  } else if (type.kind === ts.SyntaxKind.NumberKeyword) {
    assert.ok(['number', 'integer'].includes([schema.type].flat()[0]), path);
  }
};

for (const [name, component] of Object.entries(answers)) {
  test(`answer ${name}`, () => compare(members(declared.get(name)), document.components.schemas[component], name, true));
}

for (const [name, [path, method]] of Object.entries(bodies)) {
  test(`body ${name}`, () => {
    const schema = document.paths[path][method].requestBody.content['application/json'].schema;
    compare(members(declared.get(name)), schema, name, false);
  });
}
