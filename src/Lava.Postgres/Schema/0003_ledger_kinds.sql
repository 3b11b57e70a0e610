-- Money in of every origin, refunds, corrections and debt written off; and what is written once is never changed.

-- The accounts on the other side of the new kinds: 5 payments, 6 cycle credit, 7 expired credit, 8 refunds, 9 corrections,
-- 10 written-off debt (WalletKind).
insert into wallets (merchant_id, kind)
select merchant_id, kind from merchants cross join generate_series(5, 10) kind
on conflict do nothing;

alter table grants
  add column merchant_id uuid,
  add column origin smallint not null default 0,     -- CreditOrigin: 0 grant, 1 purchase, 2 cycle credit, 3 correction
  add column external_reference text,                -- the payment's id where it was made: it counts once, under whatever key
  add column taken_back bigint not null default 0;   -- expired and refunded, together
update grants g set
  merchant_id = c.merchant_id,
  taken_back = (select coalesce(sum(e.amount), 0) from grant_expiries e where e.grant_id = g.grant_id)
from customers c where c.customer_id = g.customer_id;
alter table grants
  add check (taken_back >= 0 and remaining + taken_back <= amount),
  add check (external_reference is null or merchant_id is not null);
create unique index grants_by_reference on grants (merchant_id, external_reference) where external_reference is not null;

-- What was mended by hand, and why.
create table adjustments (
  adjustment_id uuid primary key,     -- also the id of its ledger transaction, and of the grant that a correction upwards makes
  customer_id uuid not null references customers,
  wallet_id bigint not null references wallets,
  kind smallint not null,             -- AdjustmentKind: 0 refund, 1 correction, 2 debt
  amount bigint not null check (amount <> 0), -- as the customer's wallet saw it: negative where it lost
  reason text not null,
  grant_id uuid references grants,    -- what a refund takes back
  request_id text,                    -- what a correction mends
  idempotency_key text,
  fingerprint uuid not null,          -- content hash: the same key with other content is a conflict
  created_at timestamptz not null
);
create unique index adjustments_by_idempotency on adjustments (customer_id, idempotency_key) where idempotency_key is not null;
create index adjustments_by_customer on adjustments (customer_id, adjustment_id desc);

alter table ledger_entries add check (amount <> 0);

-- Append-only, whoever asks. Triggers on these three events cost an insert nothing.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege',
      hint = 'Book the opposite instead: POST /v1/customers/{id}/adjustments with kind "correction".';
end
$$;
create trigger append_only before update or delete on ledger_entries for each row execute function refuse_change();
create trigger never_truncate before truncate on ledger_entries for each statement execute function refuse_change();
create trigger append_only before update or delete on grant_expiries for each row execute function refuse_change();
create trigger never_truncate before truncate on grant_expiries for each statement execute function refuse_change();
create trigger append_only before update or delete on adjustments for each row execute function refuse_change();
create trigger never_truncate before truncate on adjustments for each statement execute function refuse_change();
