-- What a merchant sets: keys of its own for providers, and what a call of a model without a price costs.

create table provider_keys (
  merchant_id uuid not null references merchants,
  provider text not null,
  key_id integer not null,            -- which master key it is encrypted with: a part of that key's hash
  sealed bytea not null,              -- nonce, text, tag of AES-256-GCM; bound to merchant and provider
  hint text not null,                 -- what lists show: the last four characters
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (merchant_id, provider)
);

alter table merchants
  add column ceiling_input bigint,    -- money per million tokens; null: such a call is refused
  add column ceiling_output bigint,
  add check ((ceiling_input is null) = (ceiling_output is null) and ceiling_input >= 0 and ceiling_output >= 0);
