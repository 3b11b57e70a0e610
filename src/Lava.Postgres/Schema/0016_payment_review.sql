-- A payment that a person must look at has a way out; disputes that go on; events that are over.

alter table payments
  add column review_decision smallint,     -- ReviewDecision; null: there was none
  add column ordered_amount bigint,        -- what was ordered, where a person decided: amount is then what was really taken
  add check ((review_decision is null) = (ordered_amount is null));

-- What a payment is for never changes, and nothing of one that has ended does. What a person decides of one in review is the exception:
-- its sums become those that were really taken, once.
create or replace function refuse_payment_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.payment_id = old.payment_id and new.customer_id = old.customer_id and new.wallet_id = old.wallet_id
    and new.kind = old.kind and new.attempts >= old.attempts
    and (case
      when old.status < 2 then new.fee = old.fee and new.overage = old.overage and new.credit = old.credit
        and new.review_decision is null
      when old.status = 5 then new.status in (2, 3) and new.review_decision is not null and new.ordered_amount = old.amount
        and new.attempts = old.attempts and new.subscription_id is not distinct from old.subscription_id
        and new.cycle_id is not distinct from old.cycle_id
      else false end)
  then
    return new;
  end if;
  raise exception 'payments are kept as they were: % is refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;

alter table disputes
  add column takes integer not null default 0,             -- how often the bank took the money: each time the credit goes with it
  add column tries integer not null default 0,             -- looks since its status has changed
  add column next_look_at timestamptz not null default clock_timestamp();
alter table adjustments add column dispute_round integer not null default 0;   -- how often the dispute had begun before
update disputes set takes = 1 where shares <> '[]';

create index provider_events_handled on provider_events (handled_at) where handled_at is not null;
create index provider_events_given_up on provider_events (handled_at) where error = 'given_up';
