using System.Globalization;
using System.Text.Json.Nodes;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering;
using Lava.Metering.Pricing;
using Lava.Server.Web.Dashboard.Html;
using Lava.Server.Web.Dashboard.Requests;

namespace Lava.Tests.Server.Web.Dashboard;

public sealed class RequestQueryTests
{
    private static readonly Merchant Merchant = new() { Id = Guid.NewGuid(), WalletId = 1, IsTest = true };
    private static readonly Customer Ada = new() { Id = Guid.NewGuid(), MerchantId = Merchant.Id, WalletId = 2, ReferenceId = "ada" };
    private static readonly Customer Eve = new() { Id = Guid.NewGuid(), MerchantId = Guid.NewGuid(), WalletId = 3, ReferenceId = "eve" };

    private static readonly Meter Chat = new()
    {
        Id = Guid.NewGuid(),
        MerchantId = Merchant.Id,
        Slug = "chat",
        RateType = RateType.Fixed,
        TierType = TierType.Requests,
        BaseCostPayer = BaseCostPayer.Merchant,
        Tiers = [new MeterTier(0, Money.Zero)],
    };

    [Fact]
    public void Read_EveryFilter_IsTheSameOfTheStore()
    {
        var key = Guid.NewGuid();
        var query = Read(
            "status=error&provider=openai&model=gpt-4o&customer=ada&meter=chat&meta=feature:chat; user: a:b&certainty=partial"
            + $"&from=2026-05-15&to=2026-05-16&key={Ids.Format(IdPrefix.SpendKey, true, key)}");

        var filter = query.Filter;
        Assert.True(query.CanMatch);
        Assert.Equal((Merchant.Id, Ada.Id, Chat.Id, key), (filter.MerchantId, filter.CustomerId, filter.MeterId, filter.SpendKeyId));
        Assert.Equal((RequestStatus.Error, "openai", "gpt-4o"), (filter.Status, filter.Provider, filter.Model));
        Assert.Equal(UsageCertainty.Partial, filter.Certainty);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"feature":"chat","user":"a:b"}"""), JsonNode.Parse(filter.Metadata!)));
        Assert.Equal((At("2026-05-14T22:00Z"), At("2026-05-16T22:00Z")), (filter.From, filter.Until));
        Assert.Equal(10, query.Chips.Count);
    }

    [Fact]
    public void Read_NothingOfIt_IsAll()
    {
        var query = Read("");
        Assert.Equal((true, 0, 0), (query.CanMatch, query.Chips.Count, query.Problems.Count));
        Assert.Equal(new() { MerchantId = Merchant.Id }, query.Filter);
    }

    [Theory]
    [InlineData("customer=eve")]
    [InlineData("customer=nobody")]
    [InlineData("meter=other")]
    [InlineData("key=spk_x")]
    public void Read_NobodysName_MatchesNothing(string address)
    {
        var query = Read(address);
        Assert.Equal((false, 1, 0), (query.CanMatch, query.Chips.Count, query.Problems.Count));
    }

    [Theory]
    [InlineData("status=odd", "Status")]
    [InlineData("certainty=odd", "Usage")]
    [InlineData("from=yesterday", "From")]
    [InlineData("to=9999-12-31", "To")]
    [InlineData("from=0001-01-01", "From")]
    [InlineData("meta=chat", "Metadata")]
    [InlineData("meta=:chat", "Metadata")]
    [InlineData("meta=a:1;a:2", "Metadata")]
    [InlineData("model=a\u0000b", "Model")]
    public void Read_WhatCantBeRead_MatchesNothingAndIsSaid(string address, string label)
    {
        var query = Read(address);
        Assert.False(query.CanMatch);
        Assert.StartsWith(label, Assert.Single(query.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_IdOfADeletedCustomer_StillFilters()
    {
        var gone = Guid.NewGuid();
        Assert.Equal(gone, Read($"customer={Ids.Format(IdPrefix.Customer, true, gone)}").Filter.CustomerId);
    }

    // Berlin's clocks go forward at 2:00; Beirut's at midnight, so that the day begins at one; Havana's go back from 1:00 to midnight.
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z")]
    [InlineData("Asia/Beirut", "2026-03-29", "2026-03-28T22:00Z", "2026-03-29T21:00Z")]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z")]
    [InlineData("Asia/Kathmandu", "2026-11-01", "2026-10-31T18:15Z", "2026-11-01T18:15Z")]
    public void Read_ADay_IsTheViewersDay(string zone, string day, string from, string until)
    {
        var filter = Read($"from={day}&to={day}", zone).Filter;
        Assert.Equal((At(from), At(until)), (filter.From, filter.Until));
    }

    [Fact]
    public void Read_AMoment_IsThatMoment()
    {
        var filter = Read("from=2026-05-15T14:00:00+02:00&to=2026-05-15T14:00:00Z").Filter;
        Assert.Equal((At("2026-05-15T12:00Z"), At("2026-05-15T14:00Z").AddSeconds(1)), (filter.From, filter.Until));
    }

    [Fact]
    public void Read_ATimeWithoutOffset_IsTheViewersOwn()
    {
        var filter = Read("from=2026-05-15T14:00&to=2026-05-15T14:15:00").Filter;
        Assert.Equal((At("2026-05-15T12:00Z"), At("2026-05-15T12:15Z")), (filter.From, filter.Until));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static RequestQuery Read(string address, string zone = "Europe/Berlin")
    {
        var values = address.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var accounts = AccountSnapshot.Create([], [Ada, Eve]);
        return new RequestQueryReader(
            values.GetValueOrDefault, Merchant, ViewerZone.Of(zone), accounts, PricingSnapshot.Create(PriceBook.Empty, [Chat])).Read();
    }
}
