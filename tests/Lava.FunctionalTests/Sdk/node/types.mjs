// What an SDK's .d.ts promises, held against what the server answers: every method's answer is walked beside its declared type.
import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = path.dirname(fileURLToPath(import.meta.url));
const money = /(^|_)(cost|charge|amount|credit|balance|remaining|spend|rate|volume)$/;
const time = /(_at|_reset|^timestamp|^start|^end)$/;

export class SdkTypes {
  #checker;
  #source;
  #overrides;

  /** @param overrides names of types for methods whose declaration is known to be wrong. */
  constructor(packageName, overrides = {}) {
    const file = path.join(here, 'node_modules', packageName, 'dist', 'index.d.ts');
    const program = ts.createProgram([file], { strict: true, skipLibCheck: true, types: [] });
    this.#checker = program.getTypeChecker();
    this.#source = program.getSourceFile(file);
    this.#overrides = overrides;
  }

  /** Every method of every resource of the client, with the type of its answer: 'customers.list' and so on. */
  methods() {
    const found = new Map();
    for (const resource of this.#checker.getPropertiesOfType(this.#named('Lava'))) {
      const type = this.#checker.getTypeOfSymbol(resource);
      if (!type.symbol?.name.endsWith('Resource')) {
        continue;
      }

      for (const method of this.#checker.getPropertiesOfType(type)) {
        const signature = this.#checker.getTypeOfSymbol(method).getCallSignatures()[0];
        const isPublic = !(ts.getCombinedModifierFlags(method.valueDeclaration) & (ts.ModifierFlags.Protected | ts.ModifierFlags.Private));
        if (signature && isPublic) {
          const name = `${resource.name}.${method.name}`;
          const answer = this.#overrides[name]
            ? this.#named(this.#overrides[name])
            : this.#checker.getAwaitedType(signature.getReturnType());
          found.set(name, answer);
        }
      }
    }

    assert.ok(found.size > 5, 'the .d.ts was not understood');
    return found;
  }

  /** What is wrong with a value; `seen` collects the fields that were there with a value. */
  problems(value, type, seen, owner, at = owner) {
    if (type.isUnion()) {
      return this.#problemsOfUnion(value, type, seen, owner, at);
    }

    const flags = type.flags;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) {
      return value === undefined ? [`${at}: missing`] : [];
    }

    if (type.isStringLiteral() || type.isNumberLiteral()) {
      return value === type.value ? [] : [`${at}: ${JSON.stringify(value)} is not ${JSON.stringify(type.value)}`];
    }

    if (flags & ts.TypeFlags.BooleanLiteral) {
      return String(value) === this.#checker.typeToString(type) && typeof value === 'boolean' ? [] : [`${at}: ${value}`];
    }

    const primitive = flags & ts.TypeFlags.String ? 'string' : flags & ts.TypeFlags.Number ? 'number' : flags & ts.TypeFlags.Null ? 'null' : null;
    if (primitive) {
      const actual = value === null ? 'null' : typeof value;
      return actual === primitive ? formProblems(value, at) : [`${at}: ${actual} instead of ${primitive}`];
    }

    if (this.#checker.isArrayType(type)) {
      return Array.isArray(value)
        ? value.flatMap((item, i) => this.problems(item, this.#checker.getTypeArguments(type)[0], seen, `${owner}[]`, `${at}[${i}]`))
        : [`${at}: no array`];
    }

    return this.#problemsOfObject(value, type, seen, this.#owner(type, owner), at);
  }

  /** The fields that a type has, as `seen` names them. */
  fields(type, owner, all = new Set()) {
    const members = type.isUnion() ? type.types : [type];
    for (const member of members.filter((one) => one.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) {
      if (this.#checker.isArrayType(member)) {
        this.fields(this.#checker.getTypeArguments(member)[0], `${owner}[]`, all);
        continue;
      }

      const name = this.#owner(member, owner);
      for (const property of this.#checker.getPropertiesOfType(member)) {
        all.add(`${name}.${property.name}`);
        this.fields(this.#checker.getTypeOfSymbol(property), `${name}.${property.name}`, all);
      }
    }

    return all;
  }

  #problemsOfUnion(value, type, seen, owner, at) {
    if (value === null || value === undefined) {
      const allowed = value === null ? ts.TypeFlags.Null : ts.TypeFlags.Undefined;
      return type.types.some((member) => member.flags & allowed) ? [] : [`${at}: ${value}`];
    }

    const members = type.types.filter((member) => !(member.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
    let least = null;
    for (const member of members) {
      const problems = this.problems(value, member, seen, owner, at);
      least = least === null || problems.length < least.length ? problems : least;
    }

    return members.length > 1 && least.length > 0 ? [`${at}: ${JSON.stringify(value)} fits none of ${this.#checker.typeToString(type)}`] : least;
  }

  #problemsOfObject(value, type, seen, owner, at) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [`${at}: ${JSON.stringify(value)} is no object`];
    }

    const problems = [];
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const inner = value[property.name];
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      const place = `${at}.${property.name}`;
      if (inner === undefined || (inner === null && isOptional)) {
        if (!isOptional) {
          problems.push(`${place}: missing`);
        }

        continue;
      }

      if (inner !== null) {
        seen.add(`${owner}.${property.name}`);
      }

      problems.push(...this.problems(inner, this.#checker.getTypeOfSymbol(property), seen, `${owner}.${property.name}`, place));
    }

    for (const { type: item } of this.#checker.getIndexInfosOfType(type)) {
      problems.push(...Object.entries(value).flatMap(([name, one]) => this.problems(one, item, new Set(), `${owner}.*`, `${at}.${name}`)));
    }

    return problems;
  }

  // A named type is the same thing wherever it stands; one without a name belongs to where it stands.
  #owner(type, owner) {
    const name = type.aliasSymbol?.name ?? type.symbol?.name;
    return name && !name.startsWith('__') ? name : owner;
  }

  #named(name) {
    const found = this.#source.statements.find((one) => one.name?.text === name);
    assert.ok(found, `no ${name} in the .d.ts`);
    return this.#checker.getTypeAtLocation(found.name);
  }
}

/** A client each of whose answers is held against its type, and what was called and seen with it. */
export function watched(client, types) {
  const called = new Set();
  const seen = new Set();
  const declared = types.methods();
  const resources = {};
  for (const [name, type] of declared) {
    const [resource, method] = name.split('.');
    resources[resource] ??= {};
    resources[resource][method] = async (...args) => {
      const answer = await client[resource][method](...args);
      assert.deepEqual(types.problems(answer, type, seen, name), [], `${name}: ${JSON.stringify(answer)}`);
      called.add(name);
      return answer;
    };
  }

  return {
    ...resources,
    client,
    /** Methods that nobody called. */
    uncalled: () => [...declared.keys()].filter((name) => !called.has(name)).sort(),
    /** Fields of called methods' answers that never had a value. */
    unseen: () => [...new Set([...called].flatMap((name) => [...types.fields(declared.get(name), name)]))].filter((field) => !seen.has(field)).sort(),
  };
}

/** A list read page by page to its end, each row once. */
export async function readAll(list, params, id, limit = 2) {
  const rows = [];
  let cursor;
  do {
    const page = await list({ ...params, limit, ...(cursor ? { cursor } : {}) });
    assert.ok(page.data.length <= limit && page.has_more === Boolean(page.next_cursor));
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor);
  assert.equal(new Set(rows.map((row) => row[id])).size, rows.length, `${id}: a row came twice`);
  return rows;
}

/** The SDK's own message for an answer that is an error. */
export const refusal = (status, text, code) => (error) => {
  const [, head, body] = /^Lava API Error: (.*?) - (.*)$/s.exec(error.message) ?? [];
  assert.equal(head, `${status} ${text}`, error.message);
  const parsed = JSON.parse(body);
  assert.deepEqual([parsed.code, parsed.status, typeof parsed.message], [code, status, 'string']);
  return true;
};

// A string may be an amount or a time, which types do not say.
function formProblems(value, at) {
  const name = at.slice(at.lastIndexOf('.') + 1);
  if (typeof value !== 'string' || value === '') {
    return [];
  }

  return money.test(name) && !/^-?\d+\.\d{10}$/.test(value) ? [`${at}: '${value}' is no amount of ten decimals`]
    : time.test(name) && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value) ? [`${at}: '${value}' is no time`]
    : [];
}
