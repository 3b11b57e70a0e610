using Lava.Core;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Postgres;
using Lava.Testing.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class UsageRecordWriterTests(PostgresServer server) : IAsyncLifetime
{
    private const int Node = 1;
    private NpgsqlDataSource _source = null!;
    private UsageRecordWriter _writer = null!;
    private Books _books = null!;
    private JournalPosition _position;

    public async Task InitializeAsync()
    {
        _source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        _writer = new UsageRecordWriter(_source);
        _books = await Books.OpenAsync(_source);
        _position = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task Write_BilledCall_ChargesTheWalletAndCreditsTheRevenue()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();

        await WriteAsync(_books.Record(customer, wallet, 7), _books.Record(customer, wallet, 5));

        Assert.Equal(-12, await _books.PostedAsync(wallet));
        Assert.Equal(12, await _books.PostedAsync(_books.RevenueWallet));
        Assert.Equal(4L, await _books.ScalarAsync<long>("select count(*) from ledger_entries where kind = 1"));
        Assert.Equal(1L, await _books.ScalarAsync<long>("select version from wallets where wallet_id = $1", wallet));
        await AssertBalancedAsync();
    }

    [Fact]
    public async Task Write_CallNobodyIsBilledFor_BooksTheProvidersCost()
    {
        var (customer, _) = await _books.AddCustomerAsync();
        var record = _books.Record(customer, _books.MerchantWallet, 9);
        record.Billed = false;

        await WriteAsync(record);

        Assert.Equal(-9, await _books.PostedAsync(_books.MerchantWallet));
        Assert.Equal(9, await _books.PostedAsync(_books.CostWallet));
        Assert.Equal(0, await _books.PostedAsync(_books.RevenueWallet));
        await AssertBalancedAsync();
    }

    [Fact]
    public async Task Write_NoDebit_MakesNoEntries()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();

        await WriteAsync(_books.Record(customer, wallet, 0));

        Assert.Equal(1L, await _books.ScalarAsync<long>("select count(*) from requests"));
        Assert.Equal(0L, await _books.ScalarAsync<long>("select count(*) from ledger_entries"));
    }

    [Fact]
    public async Task Write_SameRecordsAgain_ChangesNothing()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var meter = Guid.Parse("00000000-0000-0000-0000-000000000001");
        var grant = await _books.AddGrantAsync(customer, wallet, 100);
        var record = _books.Record(customer, wallet, 7);
        record.MeterId = meter;

        await WriteAsync(record, record);
        await WriteAsync(record, _books.Record(customer, wallet, 1));

        Assert.Equal(92, await _books.PostedAsync(wallet));
        Assert.Equal(92, await _books.RemainingAsync(grant));
        Assert.Equal(100L, await _books.ScalarAsync<long>("select units from meter_positions where meter_id = $1", meter));
        await AssertBalancedAsync();
    }

    [Fact]
    public async Task Write_NewAndKnownRecords_CountsTheNewOnesForTheAudit()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = _books.Record(customer, wallet, 7);
        await WriteAsync(record);

        await WriteAsync(record, _books.Record(customer, wallet, 5), _books.Record(customer, wallet, 0));

        Assert.Equal(3L, await _books.ScalarAsync<long>("select records from journal_positions"));
        Assert.Equal(12m, await _books.ScalarAsync<decimal>("select debited from journal_positions"));
    }

    [Fact]
    public async Task Write_SameReportUnderAnotherId_IsRefused()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var (report, twin) = (_books.Record(customer, wallet, 7), _books.Record(customer, wallet, 7));
        (report.Reported, report.RequestId) = (twin.Reported, twin.RequestId) = (true, "run-1");
        await WriteAsync(report);

        await Assert.ThrowsAsync<PostgresException>(() => WriteAsync(twin));

        Assert.Equal(-7, await _books.PostedAsync(wallet));
        Assert.Equal(report.Id, await _books.ScalarAsync<Guid>("select id from report_ids"));
    }

    [Fact]
    public async Task Write_DebitsBeyondMoney_AreRefusedAndTheWriterGoesOn()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();

        await Assert.ThrowsAsync<OverflowException>(
            () => WriteAsync(_books.Record(customer, wallet, long.MaxValue), _books.Record(customer, wallet, 2)));

        await WriteAsync(_books.Record(customer, wallet, 3));
        Assert.Equal(-3, await _books.PostedAsync(wallet));
        await AssertBalancedAsync();
    }

    [Fact]
    public async Task Write_PositionElsewhere_WritesNothing()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();

        await Assert.ThrowsAsync<FencedException>(() => _writer.WriteAsync(
            [_books.Record(customer, wallet, 7)], _position with { Sequence = 3 }, 4, CancellationToken.None));

        Assert.Equal(0L, await _books.ScalarAsync<long>("select count(*) from requests"));
        Assert.Equal(0, await _books.PostedAsync(wallet));
        await WriteAsync(_books.Record(customer, wallet, 7));
        Assert.Equal(-7, await _books.PostedAsync(wallet));
    }

    [Fact]
    public async Task Write_NewerProcess_FencesTheOlder()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var newer = await JournalPosition.TakeAsync(_source, Node, CancellationToken.None);

        await Assert.ThrowsAsync<FencedException>(() => WriteAsync(_books.Record(customer, wallet, 7)));
        await Assert.ThrowsAsync<FencedException>(() => _position.RereadAsync(_source, CancellationToken.None));

        Assert.Equal(_position.Fence + 1, newer.Fence);
        Assert.Equal(newer, await newer.RereadAsync(_source, CancellationToken.None));
        Assert.Equal(0, await _books.PostedAsync(wallet));
    }

    [Fact]
    public async Task Write_TwoGrants_BurnsTheOneThatExpiresFirst()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var lasting = await _books.AddGrantAsync(customer, wallet, 10);
        var later = await _books.AddGrantAsync(customer, wallet, 10, new DateTime(2028, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var sooner = await _books.AddGrantAsync(customer, wallet, 10, new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await WriteAsync(_books.Record(customer, wallet, 8), _books.Record(customer, wallet, 6));

        Assert.Equal(0, await _books.RemainingAsync(sooner));
        Assert.Equal(6, await _books.RemainingAsync(later));
        Assert.Equal(10, await _books.RemainingAsync(lasting));
        Assert.Equal(16, await _books.PostedAsync(wallet));
    }

    [Fact]
    public async Task Write_MoreThanAllGrants_LeavesDebtInTheWallet()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var first = await _books.AddGrantAsync(customer, wallet, 10);
        var second = await _books.AddGrantAsync(customer, wallet, 10);
        var (_, other) = await _books.AddCustomerAsync();

        await WriteAsync(_books.Record(customer, wallet, 25), _books.Record(customer, other, 1));

        Assert.Equal(0, await _books.RemainingAsync(first));
        Assert.Equal(0, await _books.RemainingAsync(second));
        Assert.Equal(-5, await _books.PostedAsync(wallet));
        await AssertBalancedAsync();
    }

    [Fact]
    public async Task Write_TrackedButNotBilled_CountsUnitsAndKeepsGrants()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var grant = await _books.AddGrantAsync(customer, wallet, 10);
        var record = _books.Record(customer, _books.MerchantWallet, 3);
        record.Billed = false;
        record.MeterId = Guid.Parse("00000000-0000-0000-0000-000000000002");

        await WriteAsync(record);

        Assert.Equal(10, await _books.RemainingAsync(grant));
        Assert.Equal(100L, await _books.ScalarAsync<long>("select units from meter_positions where customer_id = $1", customer));
    }

    [Fact]
    public async Task Write_AllFields_ComeBackAsTheyWere()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = Full(customer, wallet);

        await WriteAsync(record);

        const string sql = """
            select row_to_json(r)::text from (
              select status, reported, provider_key_type, model, response_id, http_status, streamed, error_code, usage_certainty,
                input_tokens, output_tokens, input_characters, output_characters, input_us, output_us, details, input_cost, output_cost,
                provider_cost, charge, rate_type, tier_type, slices, held, debit, units_before, units, cycle_start, price_version,
                metadata, fingerprint, extract(epoch from created_at)::bigint created, extract(epoch from completed_at)::bigint completed,
                first_byte_us, added_us
              from requests) r
            """;
        var expected = """
            {"status":2,"reported":true,"provider_key_type":2,"model":"m","response_id":"resp","http_status":502,"streamed":true,
            "error_code":"downstream_aborted","usage_certainty":1,"input_tokens":1,"output_tokens":2,"input_characters":3,
            "output_characters":4,"input_us":5,"output_us":6,"details":{"web_searches": 8, "cached_input_tokens": 7},
            "input_cost":9,"output_cost":10,"provider_cost":11,"charge":12,"rate_type":1,"tier_type":3,"slices":[[0, 1, 2, 3]],
            "held":13,"debit":14,"units_before":15,"units":16,"cycle_start":"2026-11-01","price_version":17,
            "metadata":{"user": "ü"},"fingerprint":"00000000-0000-0000-0000-000000000012","created":1800000000,
            "completed":1800000001,"first_byte_us":19,"added_us":20}
            """.ReplaceLineEndings("");
        Assert.Equal(expected, await _books.ScalarAsync<string>(sql));
    }

    [Fact]
    public async Task Write_TextThatPostgresRefuses_IsReplaced()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = _books.Record(customer, wallet, 1);
        record.Model = "a\0b\uD800c";

        await WriteAsync(record);

        Assert.Equal("a\uFFFDb\uFFFDc", await _books.ScalarAsync<string>("select model from requests where id = $1", record.Id));
    }

    [Theory]
    [InlineData("""{"a":"x\u0000y\ud800"}""", "{\"a\": \"\uFFFD\"}")]
    [InlineData("""{"a":"x\u0000y"}""", "{\"a\": \"x\uFFFDy\"}")]
    [InlineData("""{"a":""", null)]
    [InlineData("""{"a":{"b":1}}""", null)]
    [InlineData("[]", null)]
    public async Task Write_MetadataThatPostgresRefuses_IsReplacedOrDropped(string metadata, string? stored)
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = _books.Record(customer, wallet, 1);
        record.Metadata = metadata;

        await WriteAsync(record);

        var text = await _books.ScalarAsync<object>("select metadata::text from requests where id = $1", record.Id);
        Assert.Equal(stored, text as string);
    }

    [Fact]
    public async Task Write_OversizeText_IsCutAtACharacter()
    {
        var (customer, wallet) = await _books.AddCustomerAsync();
        var record = _books.Record(customer, wallet, 1);
        record.RequestId = "x" + new string('ü', 5_000);

        await WriteAsync(record);

        var stored = await _books.ScalarAsync<string>("select request_id from requests where id = $1", record.Id);
        Assert.Equal("x" + new string('ü', 999), stored);
    }

    private static readonly ChargeSlice[] Slice = [new(0, new Money(1), 2, new Money(3))];

    private UsageRecord Full(Guid customer, long wallet)
    {
        var record = _books.Record(customer, wallet, 14);
        record.Status = RequestStatus.Error;
        record.Reported = true;
        record.ProviderKeyType = Lava.Core.Accounts.ProviderKeyType.Stored;
        record.Model = "m";
        record.ResponseId = "resp";
        record.HttpStatus = 502;
        record.Streamed = true;
        record.ErrorCode = "downstream_aborted";
        record.Usage = new Usage
        {
            InputTokens = 1,
            OutputTokens = 2,
            InputCharacters = 3,
            OutputCharacters = 4,
            InputMicroseconds = 5,
            OutputMicroseconds = 6,
            CachedInputTokens = 7,
            WebSearches = 8,
            ProviderCost = new Money(11),
            Certainty = UsageCertainty.Partial,
        };
        (record.InputCost, record.OutputCost, record.Charge) = (new Money(9), new Money(10), new Money(12));
        (record.RateType, record.TierType, record.Slices) = (RateType.Percentage, TierType.Requests, Slice);
        (record.Held, record.UnitsBefore, record.Units, record.PriceVersion) = (new Money(13), 15, 16, 17);
        (record.Metadata, record.Fingerprint) = ("""{"user":"ü"}""", 18);
        (record.TimeToFirstByteMicros, record.AddedMicros) = (19, 20);
        return record;
    }

    private async Task AssertBalancedAsync() => Assert.Equal((0m, 0L), await _books.AuditAsync());

    private async Task WriteAsync(params UsageRecord[] records) => _position = await _writer.WriteAsync(
        records, _position, _position.Sequence + records.Length, CancellationToken.None);
}
