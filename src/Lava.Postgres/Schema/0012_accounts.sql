-- Accounts with a test and a live merchant; checkout sessions.

alter table merchants add column account_id uuid;          -- the test and the live merchant of one account
update merchants set account_id = merchant_id;             -- siblings are made at start (MerchantStore.CompleteAsync)
alter table merchants alter column account_id set not null;
create unique index merchants_by_account on merchants (account_id, is_test);
create table checkout_sessions (
  checkout_session_id uuid primary key, merchant_id uuid not null references merchants,
  mode smallint not null,                  -- CheckoutMode: 0 subscription, 1 credit_bundle, 2 onboarding, 3 topup
  origin_url text not null, customer_id uuid references customers, plan_id uuid references plans,
  credit_bundle_id uuid references credit_bundles, reference_id text,
  created_at timestamptz not null, expires_at timestamptz not null, completed_at timestamptz
);
create index checkout_sessions_by_merchant on checkout_sessions (merchant_id, checkout_session_id desc);
