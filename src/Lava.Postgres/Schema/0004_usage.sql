-- What prices a call beside its counts, and why counts are not exact. Constant defaults: no row is rewritten.
alter table requests
  add column service_tier smallint not null default 0,  -- ServiceTier: 0 standard
  add column regional boolean not null default false,   -- served in a region with a price of its own
  add column usage_reason smallint not null default 0,  -- UsageReason: 0 none, the counts are exact
  add column by_model jsonb;                            -- the usage by model where several did the call; null: one did
