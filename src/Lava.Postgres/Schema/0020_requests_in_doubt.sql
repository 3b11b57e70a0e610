-- The few whose usage was not the provider's own final figures: without this a list of them reads all of a merchant's requests.
create index requests_by_certainty on requests (merchant_id, usage_certainty, id) where usage_certainty <> 2; -- UsageCertainty.Exact
