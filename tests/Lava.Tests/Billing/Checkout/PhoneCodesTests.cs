using Lava.Billing.Phones;
using Lava.Core;
using Lava.Testing.Phones;

namespace Lava.Tests.Billing.Checkout;

public sealed class PhoneCodesTests : IAsyncLifetime
{
    private const string Phone = "+15550100123";
    private TwilioStandIn _twilio = null!;
    private TwilioCodes _codes = null!;

    public async Task InitializeAsync()
    {
        _twilio = await TwilioStandIn.StartAsync();
        _codes = new TwilioCodes(new TwilioOptions(TwilioStandIn.Account, TwilioStandIn.Token, TwilioStandIn.Service, _twilio.Url));
    }

    public async Task DisposeAsync()
    {
        _codes.Dispose();
        await _twilio.DisposeAsync();
    }

    [Fact]
    public async Task Twilio_RightCode_IsApprovedOnce()
    {
        var sent = await _codes.SendAsync(Order(), default);
        var order = Order() with { Reference = sent.Reference };

        Assert.Equal(CodeSendOutcome.Sent, sent.Outcome);
        Assert.Equal(CodeOutcome.Wrong, await _codes.CheckAsync(order, "000000", default));
        Assert.Equal(CodeOutcome.Approved, await _codes.CheckAsync(order, _twilio.CodeOf(Phone), default));
        Assert.Equal(CodeOutcome.Gone, await _codes.CheckAsync(order, _twilio.CodeOf(Phone), default));
        Assert.Equal(
            ["Verifications To Channel Locale", "VerificationCheck VerificationSid Code"], _twilio.Requests.Distinct());
    }

    [Fact]
    public async Task Twilio_VerificationOfAnotherPhone_IsNotThisOnes()
    {
        var sent = await _codes.SendAsync(Order(), default);
        var order = Order() with { Reference = sent.Reference, Phone = "+15550100999" };

        Assert.Equal(CodeOutcome.Gone, await _codes.CheckAsync(order, _twilio.CodeOf(Phone), default));
    }

    [Fact]
    public async Task Twilio_CheckedTooOften_IsGone()
    {
        var order = Order() with { Reference = (await _codes.SendAsync(Order(), default)).Reference };
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(CodeOutcome.Wrong, await _codes.CheckAsync(order, "000000", default));
        }

        Assert.Equal(CodeOutcome.Gone, await _codes.CheckAsync(order, _twilio.CodeOf(Phone), default));
    }

    [Theory]
    [InlineData(400, 60200, CodeSendOutcome.NotReachable)]
    [InlineData(400, 60205, CodeSendOutcome.NotReachable)]
    [InlineData(400, 21211, CodeSendOutcome.NotReachable)]
    [InlineData(400, 21614, CodeSendOutcome.NotReachable)]
    [InlineData(429, 60203, CodeSendOutcome.Busy)]
    [InlineData(429, 20429, CodeSendOutcome.Busy)]
    [InlineData(403, 60410, CodeSendOutcome.Blocked)]
    [InlineData(403, 60605, CodeSendOutcome.Blocked)]
    [InlineData(401, 20003, CodeSendOutcome.Away)]
    [InlineData(500, 20500, CodeSendOutcome.Away)]
    [InlineData(0, 0, CodeSendOutcome.Unknown)]
    public async Task Twilio_Failures_AreTheTables(int status, int code, CodeSendOutcome expected)
    {
        _twilio.Failure = (status, code);

        Assert.Equal(expected, (await _codes.SendAsync(Order(), default)).Outcome);
        var check = await _codes.CheckAsync(Order() with { Reference = "VE1" }, "123456", default);
        Assert.Equal(CodeOutcome.Away, check);
        Assert.Equal(2, _twilio.Requests.Count);
    }

    [Fact]
    public async Task Selector_TestMerchants_NeverReachTheSender()
    {
        var codes = new PhoneCodes(new SandboxCodes(new byte[LegacySecret.MasterKeyLength]), _codes);
        var order = Order() with { IsTest = true };

        Assert.Equal(CodeSendOutcome.Sent, (await codes.SendAsync(order, default)).Outcome);
        Assert.Matches("^[0-9]{6}$", codes.Show(order));
        Assert.Equal(CodeOutcome.Approved, await codes.CheckAsync(order, codes.Show(order)!, default));
        Assert.Equal(CodeOutcome.Wrong, await codes.CheckAsync(order with { Send = 2 }, codes.Show(order)!, default));
        Assert.Null(codes.Show(Order()));
        Assert.Empty(_twilio.Requests);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _codes.SendAsync(order, default));
    }

    [Fact]
    public async Task Selector_LiveMerchantsWithoutSender_GetNoCodeAtAll()
    {
        var sandbox = new SandboxCodes(new byte[LegacySecret.MasterKeyLength]);
        var codes = new PhoneCodes(sandbox, null);

        Assert.Equal(CodeSendOutcome.Away, (await codes.SendAsync(Order(), default)).Outcome);
        Assert.Equal(CodeOutcome.Away, await codes.CheckAsync(Order(), "123456", default));
        Assert.Throws<InvalidOperationException>(() => sandbox.Show(Order()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => sandbox.SendAsync(Order(), default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => sandbox.CheckAsync(Order(), "123456", default));
    }

    [Theory]
    [InlineData("+1 (555) 010-0123", "+15550100123")]
    [InlineData("+49 30/901820", "+4930901820")]
    [InlineData(" +442079460000 ", "+442079460000")]
    public void E164_GroupedNumbers_AreRead(string text, string expected)
    {
        Assert.True(E164.TryRead(text, out var phone));
        Assert.Equal(expected, phone);
        Assert.Equal($"•••• {expected[^4..]}", E164.Mask(phone));
    }

    [Fact]
    public void Options_Printed_HideTheToken() => Assert.DoesNotContain(
        "secret", $"{new TwilioOptions("AC1", "secret", "VA1", new Uri("https://verify.twilio.com"))}", StringComparison.Ordinal);

    private static CodeOrder Order() => new(Guid.Empty, IsTest: false, Phone, 1, null, "en");
}
