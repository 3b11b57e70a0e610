using System.Net.Http.Headers;
using Lava.Testing.Gateway;
using Lava.Testing.Stripe;

namespace Lava.Tests.Billing.Stripe;

/// <summary>The stand-in is as strict as Stripe: what it lets pass by mistake would be no proof of anything.</summary>
public sealed class StripeStandInTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly HttpClient _http = new();
    private StripeStandIn _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StripeStandIn.StartAsync(_time);

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task Post_SameKey_IsDoneOnceUntilADayHasPassed()
    {
        var (_, first, _) = await PostAsync("/v1/customers", "phone=1", "key");
        var (_, second, isReplayed) = await PostAsync("/v1/customers", "phone=1", "key");
        Assert.Equal(first, second);
        Assert.True(isReplayed);

        var (status, text, _) = await PostAsync("/v1/customers", "phone=2", "key");
        Assert.Equal(400, status);
        Assert.Contains("idempotency_error", text, StringComparison.Ordinal);

        _time.Advance(StandInKeys.Life);
        Assert.Equal(200, (await PostAsync("/v1/customers", "phone=2", "key")).Status);
        Assert.Equal(2, _standIn.ReadAll("customer").Count);
    }

    [Theory]
    [InlineData("phone=1&colour=red", "k", "sk_test_standin0123456789", "v", "parameter_unknown")]
    [InlineData("phone=1", null, "sk_test_standin0123456789", "v", "header_missing")]
    [InlineData("phone=1", "k", "sk_test_standin0123456789", null, "header_missing")]
    [InlineData("phone=1", "k", "pk_test_standin0123456789", "v", "api_key_invalid")]
    [InlineData("phone=1", "k", "sk_live_standin0123456789", "v", "api_key_invalid")]
    public async Task Post_NotAsStripeWantsIt_IsRefused(string form, string? key, string secret, string? version, string code)
    {
        var (status, text, _) = await PostAsync("/v1/customers", form, key, secret, version);
        Assert.InRange(status, 400, 401);
        Assert.Contains(code, text, StringComparison.Ordinal);
        Assert.Empty(_standIn.ReadAll("customer"));
    }

    [Theory]
    [InlineData("currency=usd", "parameter_missing")]
    [InlineData("amount=49&currency=usd", "amount_too_small")]
    [InlineData("amount=4.9&currency=usd", "parameter_invalid_integer")]
    [InlineData("amount=4900&currency=usd&payment_method=pm_none", "resource_missing")]
    public async Task Create_WhatCannotBeCharged_IsRefusedAndItsKeyStaysFree(string form, string code)
    {
        Assert.Contains(code, (await PostAsync("/v1/payment_intents", form, "key")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await PostAsync("/v1/payment_intents", "amount=4900&currency=usd", "key")).Status);
    }

    [Fact]
    public async Task Confirm_Twice_IsRefusedUnlessTheKeyIsTheSame()
    {
        await PostAsync("/v1/payment_intents", "amount=4900&currency=usd&payment_method=pm_card_visa", "a");
        var path = $"/v1/payment_intents/{_standIn.ReadAll("payment_intent")[0]["id"]}/confirm";
        Assert.Equal(200, (await PostAsync(path, "", "b")).Status);
        Assert.Equal(200, (await PostAsync(path, "", "b")).Status);
        Assert.Contains("payment_intent_unexpected_state", (await PostAsync(path, "", "c")).Text, StringComparison.Ordinal);
        Assert.Single(_standIn.ReadAll("charge"));
    }

    [Fact]
    public async Task Page_WithAClientSecret_EntersACardIntoItsOwnSetupAlone()
    {
        const string Page = "pk_test_standin0123456789";
        await PostAsync("/v1/setup_intents", "usage=off_session", "a");
        var setup = _standIn.ReadAll("setup_intent")[0];
        await FieldAsync("g1", "4242 4242 4242 4242");
        var path = $"/v1/setup_intents/{setup["id"]}/confirm";

        Assert.Equal(400, (await PostAsync(path, "client_secret=wrong&stub_group=g1", null, Page, null)).Status);
        Assert.Equal(200, (await PostAsync(path, $"client_secret={setup["client_secret"]}&stub_group=g1", null, Page, null)).Status);

        Assert.Equal("succeeded", (string?)_standIn.Read((string)setup["id"]!)!["status"]);
        Assert.DoesNotContain(_standIn.Requests, request => request.Path.Contains("confirm", StringComparison.Ordinal));
        Assert.Contains("window.Stripe", await _http.GetStringAsync(_standIn.Url + "/stub/stripe.js"), StringComparison.Ordinal);
    }

    private async Task FieldAsync(string group, string value)
    {
        using var content = new StringContent($"kind=cardNumber&value={value}");
        using var response = await _http.PostAsync($"{_standIn.Url}/stub/fields/{group}", content);
        Assert.Equal(204, (int)response.StatusCode);
    }

    private async Task<(int Status, string Text, bool IsReplayed)> PostAsync(
        string path, string form, string? key, string secret = "sk_test_standin0123456789", string? version = "2026-10-28.endive")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _standIn.Url + path) { Content = new StringContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (version is not null)
        {
            request.Headers.Add("Stripe-Version", version);
        }

        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Contains("idempotent-replayed"));
    }
}
