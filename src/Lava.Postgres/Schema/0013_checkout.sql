-- Checkout: what a session knows between two requests of its page.

alter table merchants add column support_contact text;     -- shown where the page can't help: an address of mail or of the web
alter table customers
  add column is_draft boolean not null default false,      -- made by a checkout that is not complete: only that checkout sees it
  add column phone_verified_at timestamptz;                -- of the present phone; another phone clears it
alter table customers add check (phone_verified_at is null or phone is not null);
create index customers_by_phone on customers (merchant_id, phone, customer_id desc)
  where phone_verified_at is not null and deleted_at is null;

alter table checkout_sessions
  add column amount bigint check (amount > 0),             -- top-up: what was chosen
  add column visit bytea,                                  -- SHA-256 of the browser's visit that has the session now
  add column phone text,                                   -- being verified, or verified
  add column country char(2),
  add column code_reference text,                          -- the provider's name of the verification; never a code
  add column code_sends smallint not null default 0,
  add column code_sent_at timestamptz,                     -- of the code that counts; null: none does
  add column code_checks smallint not null default 0,      -- of that code
  add column checks smallint not null default 0,           -- of all codes
  add column verified_at timestamptz,                      -- this visit has shown that the phone is its own
  add column setups smallint not null default 0,
  add column setup_at timestamptz,                         -- of the last card entry that was begun; stays when the phone changes
  add column setup_reference text,                         -- the provider's name of the card entry under way
  add column buyer_id uuid references customers,           -- who buys, once the phone is verified; customer_id at completion
  add column payment_method_id uuid references payment_methods,   -- chosen
  add column wants_card boolean not null default false,    -- another card than those on file was asked for
  add column quote_kind smallint,                          -- CheckoutPurchase
  add column quote_fee bigint check (quote_fee >= 0),
  add column quote_credit bigint check (quote_credit >= 0),
  add column quoted_at timestamptz;
alter table checkout_sessions add check (
  (quoted_at is null) = (quote_kind is null) and (quoted_at is null) = (quote_fee is null)
  and (quoted_at is null) = (quote_credit is null));
create index checkout_sessions_old on checkout_sessions (expires_at) where completed_at is null;
create index checkout_sessions_by_buyer on checkout_sessions (buyer_id) where buyer_id is not null;
create index customers_drafts on customers (created_at) where is_draft and deleted_at is null;

-- Messages with codes, for the limits by phone and by merchant; rows older than a day are removed by upkeep.
create table code_sends (merchant_id uuid not null, phone text not null, sent_at timestamptz not null);
create index code_sends_by_phone on code_sends (phone, sent_at desc);
create index code_sends_by_merchant on code_sends (merchant_id, sent_at desc);
