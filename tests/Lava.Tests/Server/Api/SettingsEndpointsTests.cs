using System.Net;
using Lava.Core;
using Lava.Core.Accounts;

namespace Lava.Tests.Server.Api;

[Collection(ApiCollection.Name)]
public sealed class SettingsEndpointsTests(ApiHost host)
{
    [Fact]
    public async Task Get_NewMerchant_TracksAndRefuses()
    {
        var (_, key) = await host.AddMerchantAsync(isTest: true);

        Assert.Equal(
            """{"unlinked_meters":"track","unpriced_models":"refuse","low_balance":"1.0000000000","support_contact":null}""",
            (await host.OkAsync("GET", "/v1/settings", key: key)).Text);
    }

    [Fact]
    public async Task Update_EachAlone_LeavesTheOtherAndIsKept()
    {
        var (merchant, key) = await host.AddMerchantAsync(isTest: true);
        await host.OkAsync("PATCH", "/v1/settings", """{"unlinked_meters":"refuse"}""", key);

        var answer = await host.OkAsync(
            "PATCH", "/v1/settings", """{"unpriced_models":{"input_rate":"12.5","output_rate":"60"}}""", key);

        Assert.Equal(
            """
            {"unlinked_meters":"refuse","unpriced_models":{"input_rate":"12.5000000000","output_rate":"60.0000000000"},
            "low_balance":"1.0000000000","support_contact":null}
            """.ReplaceLineEndings(""),
            answer.Text);
        Assert.Equal(answer.Text, (await host.OkAsync("GET", "/v1/settings", key: key)).Text);
        Assert.Equal((true, Money.Parse("12.5"), Money.Parse("60")), await StoredAsync(merchant));
        var callable = Callable(merchant);
        Assert.Equal((true, Money.Parse("12.5"), Money.Parse("60")),
            (callable.RefuseUnlinkedMeters, callable.CeilingInput, callable.CeilingOutput));

        var cleared = await host.OkAsync("PATCH", "/v1/settings", """{"unpriced_models":"refuse","unlinked_meters":"track"}""", key);
        Assert.Equal(
            """{"unlinked_meters":"track","unpriced_models":"refuse","low_balance":"1.0000000000","support_contact":null}""", cleared.Text);
        Assert.Equal((false, null, null), await StoredAsync(merchant));
    }

    [Fact]
    public async Task Update_SupportContact_IsKeptUntilItIsTakenAway()
    {
        var (merchant, key) = await host.AddMerchantAsync(isTest: true);
        await host.OkAsync("PATCH", "/v1/settings", """{"support_contact":"https://shop.example/help"}""", key);
        await host.OkAsync("PATCH", "/v1/settings", """{"low_balance":"2"}""", key);
        Assert.Equal("https://shop.example/help", Callable(merchant).SupportContact);
        await using var stored = host.Source.CreateCommand("select support_contact from merchants where merchant_id = $1");
        stored.Parameters.Add(new() { Value = merchant.Id });
        Assert.Equal("https://shop.example/help", await stored.ExecuteScalarAsync());

        await host.OkAsync("PATCH", "/v1/settings", """{"support_contact":null}""", key);
        Assert.Equal(DBNull.Value, await stored.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("help")]
    [InlineData("http://shop.example")]
    [InlineData("https://me:secret@shop.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task Update_SupportContactThatIsNone_IsRefusedByName(string contact)
    {
        var (_, key) = await host.AddMerchantAsync(isTest: true);
        var answer = await host.SendAsync("PATCH", "/v1/settings", $$"""{"support_contact":"{{contact}}"}""", key);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("support_contact", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_LowBalance_IsKeptAndComparedWithEveryWallet()
    {
        var (merchant, key) = await host.AddMerchantAsync(isTest: true);
        await host.AddCustomerAsync("{}", key);
        await host.AddCustomerAsync("{}", key);

        var answer = await host.OkAsync("PATCH", "/v1/settings", """{"low_balance":"7.5"}""", key);

        Assert.Equal("7.5000000000", answer["low_balance"].GetString());
        Assert.Equal(Money.Parse("7.5"), Callable(merchant).LowBalance);
        await using var due = host.Source.CreateCommand(
            "select count(*) from wallets_due join wallets using (wallet_id) where merchant_id = $1");
        due.Parameters.Add(new() { Value = merchant.Id });
        Assert.Equal(2L, await due.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("""{"unlinked_meters":"ignore"}""", "unlinked_meters")]
    [InlineData("""{"unlinked_meters":true}""", "unlinked_meters")]
    [InlineData("""{"low_balance":1}""", "low_balance")]
    [InlineData("""{"low_balance":"-1"}""", "low_balance")]
    [InlineData("""{"low_balance":"1000001"}""", "low_balance")]
    [InlineData("""{"unpriced_models":"allow"}""", "unpriced_models")]
    [InlineData("""{"unpriced_models":1}""", "unpriced_models")]
    [InlineData("""{"unpriced_models":{"input_rate":"1"}}""", "unpriced_models.output_rate")]
    [InlineData("""{"unpriced_models":{"input_rate":"0","output_rate":"1"}}""", "unpriced_models.input_rate")]
    [InlineData("""{"unpriced_models":{"input_rate":"10001","output_rate":"1"}}""", "unpriced_models.input_rate")]
    [InlineData("""{"unpriced_models":{"input_rate":1,"output_rate":"1"}}""", "unpriced_models.input_rate")]
    public async Task Update_BadValue_NamesTheField(string body, string field)
    {
        var answer = await host.SendAsync("PATCH", "/v1/settings", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([field], answer.ErrorFields);
        Assert.Null(Callable(host.Merchant).CeilingInput);
    }

    private Merchant Callable(Merchant merchant) =>
        host.Dependencies.Accounts.Current.Merchants.TryGetValue(merchant.Id, out var found) ? found : throw new KeyNotFoundException();

    private async Task<(bool Refuse, Money? Input, Money? Output)> StoredAsync(Merchant merchant)
    {
        await using var command = host.Source.CreateCommand(
            "select refuse_unlinked_meters, ceiling_input, ceiling_output from merchants where merchant_id = $1");
        command.Parameters.Add(new() { Value = merchant.Id });
        await using var row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        return (row.GetBoolean(0), Amount(1), Amount(2));

        Money? Amount(int column) => row.IsDBNull(column) ? null : new Money(row.GetInt64(column));
    }
}
