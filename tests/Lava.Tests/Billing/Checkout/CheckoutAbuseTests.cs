using Lava.Billing.Checkout;
using Lava.Billing.Payments;
using Lava.Billing.Phones;
using Lava.Core;
using Lava.Postgres;
using Lava.Tests.Postgres;

namespace Lava.Tests.Billing.Checkout;

/// <summary>What strangers, machines and the impatient try.</summary>
[Collection(BillingCollection.Name)]
public sealed class CheckoutAbuseTests(PostgresServer server) : IAsyncLifetime
{
    private CheckoutBooks _books = null!;

    public async Task InitializeAsync() => _books = await CheckoutBooks.OpenAsync(await server.CreateDatabaseAsync());

    public async Task DisposeAsync() => await _books.DisposeAsync();

    [Fact]
    public async Task Codes_FiftyGuessesAtOnce_AreFiveChecked()
    {
        await MakeLiveAsync();
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding));
        await _books.Checkout.SendCodeAsync(visit, "US", CheckoutBooks.Phone, default);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(
            i => Task.Run(() => _books.Checkout.CheckCodeAsync(visit, $"{100_000 + i}", default))));
        var right = (await _books.Checkout.CheckCodeAsync(visit, ScriptedCodes.Right, default))!;

        Assert.Equal(CheckoutLimits.ChecksPerCode, _books.Codes.Checks);
        Assert.Equal((CheckoutStep.Code, "code"), (right.Step, Assert.Single(right.Errors).Field));
        Assert.Equal(0, await _books.Books.ScalarAsync<long>("select count(*) from customers"));
    }

    [Fact]
    public async Task Codes_OfTheSessionAreBounded_AndANewCodeGivesNewTries()
    {
        await MakeLiveAsync();
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding));
        for (var send = 0; send < CheckoutLimits.SendsPerSession; send++)
        {
            await _books.Checkout.SendCodeAsync(visit, "US", $"+1555010012{send}", default);
            for (var check = 0; check < CheckoutLimits.ChecksPerCode; check++)
            {
                await _books.Checkout.CheckCodeAsync(visit, "111111", default);
            }
        }

        var over = (await _books.Checkout.SendCodeAsync(visit, "US", "+15550100129", default))!;

        Assert.Equal(CheckoutLimits.ChecksPerSession, _books.Codes.Checks);
        Assert.Equal(CheckoutLimits.SendsPerSession, _books.Codes.Sent.Count);
        Assert.Equal("phone", Assert.Single(over.Errors).Field);
    }

    [Fact]
    public async Task Codes_SoonAgainOrToManyTimesToOnePhone_AreNotSent()
    {
        await MakeLiveAsync();
        var first = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding));
        await _books.Checkout.SendCodeAsync(first, "US", CheckoutBooks.Phone, default);

        var soon = (await _books.Checkout.ResendAsync(first, default))!;
        var elsewhere = await SendInNewSessionAsync();
        await _books.Books.ExecuteAsync("update code_sends set sent_at = sent_at - interval '31 seconds'");
        var later = await SendInNewSessionAsync();
        await _books.Books.ExecuteAsync(
            """
            insert into code_sends
            select merchant_id, phone, clock_timestamp() - interval '50 minutes' from code_sends, generate_series(1, 3)
            """);
        await _books.Books.ExecuteAsync("update code_sends set sent_at = sent_at - interval '31 seconds'");
        var many = await SendInNewSessionAsync();

        Assert.Equal("phone", Assert.Single(soon.Errors).Field);
        Assert.Equal("phone", Assert.Single(elsewhere.Errors).Field);
        Assert.Equal((CheckoutStep.Code, 0), (later.Step, later.Errors.Count));
        Assert.Contains("Too many", Assert.Single(many.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(2, _books.Codes.Sent.Count);
    }

    [Theory]
    [InlineData(CheckoutLimits.SendsPerPhoneDay, CheckoutBooks.Phone, "2 hours", "to this number")]
    [InlineData(CheckoutLimits.SendsPerMerchantHour, "+15550100999", "10 minutes", "at the moment")]
    public async Task Codes_ToAPhoneInADayAndOfAMerchantInAnHour_AreBounded(int limit, string phone, string age, string words)
    {
        await MakeLiveAsync();
        await _books.Books.ExecuteAsync(
            $"insert into code_sends select $1, $2, clock_timestamp() - interval '{age}' from generate_series(2, $3)",
            _books.Books.MerchantId, phone, limit);

        var last = await SendInNewSessionAsync();
        await _books.Books.ExecuteAsync("update code_sends set sent_at = sent_at - interval '31 seconds'");
        var over = await SendInNewSessionAsync();

        Assert.Equal((CheckoutStep.Code, 0), (last.Step, last.Errors.Count));
        Assert.Equal(CheckoutStep.Phone, over.Step);
        Assert.Contains(words, Assert.Single(over.Errors).Message, StringComparison.Ordinal);
        Assert.Single(_books.Codes.Sent);
    }

    [Theory]
    [InlineData(CodeSendOutcome.NotReachable)]
    [InlineData(CodeSendOutcome.Blocked)]
    [InlineData(CodeSendOutcome.Busy)]
    [InlineData(CodeSendOutcome.Away)]
    public async Task SendCode_ProviderRefuses_StaysAtThePhoneAndSaysSo(CodeSendOutcome outcome)
    {
        await MakeLiveAsync();
        _books.Codes.Answer = new CodeSent(outcome);
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding));

        var view = (await _books.Checkout.SendCodeAsync(visit, "US", CheckoutBooks.Phone, default))!;

        Assert.Equal((CheckoutStep.Phone, "phone"), (view.Step, Assert.Single(view.Errors).Field));
        Assert.Equal((CheckoutBooks.Phone, "US"), (view.Phone!.Suggested, view.Phone.Country));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5550100")]
    [InlineData("+0155501001")]
    [InlineData("+1 555 ABC")]
    [InlineData("+1234567890123456")]
    [InlineData("++15550100123")]
    public async Task SendCode_NoPhone_IsRefused(string number)
    {
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding));

        var view = (await _books.Checkout.SendCodeAsync(visit, "US", number, default))!;

        Assert.Equal((CheckoutStep.Phone, "phone"), (view.Step, Assert.Single(view.Errors).Field));
    }

    [Fact]
    public async Task Code_OfAnotherSessionOrUsedBefore_DoesNotCount()
    {
        var (one, other) = (await _books.AddSessionAsync(), await _books.AddSessionAsync(CheckoutMode.Onboarding));
        var sent = (await _books.Checkout.SendCodeAsync(CheckoutBooks.Visit(one), "US", CheckoutBooks.Phone, default))!;
        var otherSent = (await _books.Checkout.SendCodeAsync(CheckoutBooks.Visit(other), "US", CheckoutBooks.Phone, default))!;
        Assert.NotEqual(sent.Code!.ShownCode, otherSent.Code!.ShownCode);

        var wrong = (await _books.Checkout.CheckCodeAsync(CheckoutBooks.Visit(other), sent.Code.ShownCode!, default))!;
        var right = (await _books.Checkout.CheckCodeAsync(CheckoutBooks.Visit(one), sent.Code.ShownCode!, default))!;
        var unsent = (await _books.Checkout.CheckCodeAsync(CheckoutBooks.Visit(other, "c"), otherSent.Code.ShownCode!, default))!;
        var thief = CheckoutBooks.Visit(one, "c");
        var used = (await _books.Checkout.CheckCodeAsync(thief, sent.Code.ShownCode!, default))!;
        await _books.SendAsync(thief, CheckoutBooks.Phone);
        var usedForAnother = (await _books.Checkout.CheckCodeAsync(thief, sent.Code.ShownCode!, default))!;

        Assert.Equal("code", Assert.Single(wrong.Errors).Field);
        Assert.Equal(CheckoutStep.Card, right.Step);
        Assert.Equal((CheckoutStep.Phone, CheckoutStep.Phone), (unsent.Step, used.Step));
        Assert.Equal((CheckoutStep.Code, "code"), (usedForAnother.Step, Assert.Single(usedForAnother.Errors).Field));
    }

    [Fact]
    public async Task Visit_Another_TakesOverAndSeesNothingOfTheFirst()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20"));
        var (mine, theirs) = (CheckoutBooks.Visit(session), CheckoutBooks.Visit(session, "b"));
        await _books.VerifyAsync(mine);
        var confirm = (await _books.Checkout.SaveCardAsync(mine, "pm_card_visa", default))!;

        var seen = await _books.ShowAsync(theirs);
        var unknown = await _books.ShowAsync(new CheckoutVisit(session, default));
        Assert.Equal(CheckoutStep.Confirm, (await _books.ShowAsync(mine)).Step);
        var paid = await _books.PayAsync(theirs, confirm);
        var back = await _books.PayAsync(mine, confirm);

        Assert.Equal((CheckoutStep.Phone, 0, null), (seen.Step, seen.Cards.Count, seen.Phone!.Suggested));
        Assert.Null(seen.Quote);
        Assert.Equal(CheckoutStep.Phone, unknown.Step);
        Assert.Equal((CheckoutStep.Phone, CheckoutStep.Phone), (paid.Step, back.Step));
        Assert.Empty(_books.Charged);
    }

    [Fact]
    public async Task Card_OfAnotherCustomer_CantBeChosen()
    {
        var plan = await _books.AddPlanAsync("25", "20");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)));
        var foreign = await _books.Books.ScalarAsync<Guid>("select payment_method_id from payment_methods");
        var visit = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan));
        await _books.VerifyAsync(visit, "+15550100777");

        var view = (await _books.Checkout.ChooseCardAsync(visit, foreign, default))!;

        Assert.Equal((CheckoutStep.Card, 0), (view.Step, view.Cards.Count));
    }

    [Fact]
    public async Task Cards_OfAPhoneThatWasSilentForLong_AreNotShown()
    {
        var plan = await _books.AddPlanAsync("25", "20");
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding)));
        var (customer, _) = await _books.OnlyCustomerAsync();
        await _books.Books.ExecuteAsync(
            """
            insert into payment_methods (payment_method_id, merchant_id, customer_id, provider, reference, brand, last4, expiry_month,
              expiry_year, is_default, created_at)
            values ($1, $2, $3, 0, 'pm_card_visa', 'visa', '4242', 12, 2034, true, now())
            """,
            Ids.New(TimeProvider.System), _books.Books.MerchantId, customer);
        await _books.Books.ExecuteAsync("update customers set phone_verified_at = now() - interval '181 days'");

        var view = await _books.VerifyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)));

        Assert.Equal((CheckoutStep.Card, 0), (view.Step, view.Cards.Count));
        Assert.Equal(customer, (await _books.OnlyCustomerAsync()).Id);
    }

    [Fact]
    public async Task Cards_TriedOneAfterTheOther_AreBounded()
    {
        var visit = CheckoutBooks.Visit(
            await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
        await _books.VerifyAsync(visit);
        for (var i = 0; i < CheckoutLimits.SetupsPerSession; i++)
        {
            await _books.Checkout.SaveCardAsync(visit, "pm_card_chargeDeclined", default);
        }

        var good = (await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default))!;

        Assert.Equal((CheckoutStep.Card, "card"), (good.Step, Assert.Single(good.Errors).Field));
        Assert.Equal(0, await _books.Books.ScalarAsync<long>("select count(*) from payment_methods"));
    }

    [Fact]
    public async Task Cards_TriedInAllSessionsOfAMerchant_AreBounded()
    {
        await MakeLiveAsync();
        var plan = await _books.AddPlanAsync("25", "20");
        await _books.AddSessionAsync();
        await _books.Books.ExecuteAsync(
            "update checkout_sessions set setup_at = now() - interval '59 min', setups = $1", CheckoutLimits.SetupsPerMerchantHour - 1);

        var last = await _books.VerifyAsync(
            CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)), "+15550100124");
        var over = await _books.VerifyAsync(
            CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Subscription, plan)), "+15550100125");

        Assert.Equal((CheckoutStep.Card, 0), (last.Step, last.Errors.Count));
        Assert.Equal((CheckoutStep.Card, "card"), (over.Step, Assert.Single(over.Errors).Field));
        Assert.Contains("Too many", over.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Charges_DeclinedOneAfterTheOther_AreBounded()
    {
        var session = await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20"));
        var visit = CheckoutBooks.Visit(session);
        await _books.VerifyAsync(visit);
        var confirm = await _books.EnterAsync(visit, "pm_card_chargeCustomerFail");
        await _books.Books.ExecuteAsync(
            """
            insert into payments (payment_id, merchant_id, customer_id, wallet_id, kind, fee, overage, credit, is_automatic, status,
              ended_at, created_at, checkout_session_id)
            select $1, merchant_id, customer_id, wallet_id, 0, 1, 0, 0, false, 3, now(), now(), $2 from customers
            """,
            Guid.NewGuid(), session);
        await _books.Books.ExecuteAsync(
            """
            insert into payment_attempts (payment_id, attempt, wallet_id, started_at, ended_at, outcome)
            select payment_id, n, wallet_id, now(), now(), $1 from payments, generate_series(2, $2) n
            """,
            (short)ChargeOutcome.Declined, CheckoutLimits.DeclinesPerSession);

        var last = await _books.PayAsync(visit, confirm);
        var over = await _books.PayAsync(visit, last);

        Assert.Equal((CheckoutStep.Confirm, "card"), (last.Step, Assert.Single(last.Errors).Field));
        Assert.Equal(CheckoutStep.Confirm, over.Step);
        Assert.Contains("Too many payments were declined", Assert.Single(over.Errors).Message, StringComparison.Ordinal);
        Assert.Single(_books.Charged);
    }

    [Fact]
    public async Task Expired_CantBeUsed_ButAPaymentUnderWayIsBooked()
    {
        var visit = CheckoutBooks.Visit(
            await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
        await _books.VerifyAsync(visit);
        var confirm = (await _books.Checkout.SaveCardAsync(visit, "pm_card_visa", default))!;
        var gate = new TaskCompletionSource();
        _books.Gate = gate.Task;
        var paying = _books.PayAsync(visit, confirm);
        while (_books.Charged.IsEmpty)
        {
            await Task.Yield();
        }

        await _books.Books.ExecuteAsync("update checkout_sessions set expires_at = now()");
        Assert.Equal(CheckoutStep.Processing, (await _books.ShowAsync(visit)).Step);
        gate.SetResult();
        Assert.Equal(CheckoutStep.Done, (await paying).Step);

        var other = CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding));
        await _books.Books.ExecuteAsync("update checkout_sessions set expires_at = now() where completed_at is null");
        Assert.Equal(CheckoutStep.Expired, (await _books.ShowAsync(other)).Step);
        Assert.Equal(
            CheckoutStep.Expired, (await _books.Checkout.SendCodeAsync(other, "US", CheckoutBooks.Phone, default))!.Step);
        Assert.Null(await _books.Checkout.ShowAsync(CheckoutBooks.Visit(Guid.Empty), default));
    }

    [Fact]
    public async Task ExpiredLongAgo_IsForgotten()
    {
        var visit = CheckoutBooks.Visit(
            await _books.AddSessionAsync(CheckoutMode.Subscription, await _books.AddPlanAsync("25", "20")));
        await _books.VerifyAsync(visit);
        await _books.Store.RemoveOldAsync(default);
        Assert.Equal(CheckoutStep.Card, (await _books.ShowAsync(visit)).Step);

        await _books.Books.ExecuteAsync("update checkout_sessions set expires_at = now() - interval '31 days'");
        await _books.Books.ExecuteAsync("update customers set created_at = now() - interval '31 days'");
        await _books.Store.RemoveOldAsync(default);

        Assert.Equal(
            0, await _books.Books.ScalarAsync<long>(
                """
                select (select count(*) from checkout_sessions where phone is not null)
                  + (select count(*) from customers where phone is not null)
                """));
        Assert.True(await _books.Books.ScalarAsync<bool>("select deleted_at is not null from customers"));
    }

    [Fact]
    public async Task Reference_OfACustomerWithAnotherVerifiedPhone_MakesAnotherCustomer()
    {
        var first = await _books.BuyAsync(
            CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding, reference: "ada")));

        var same = await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding, reference: "ada")));
        var stranger = await _books.BuyAsync(
            CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding, reference: "ada")), phone: "+15550100888");

        Assert.Equal(first.ConnectionId, same.ConnectionId);
        Assert.NotEqual(first.ConnectionId, stranger.ConnectionId);
        Assert.Equal(CheckoutStep.Done, stranger.Step);
    }

    [Fact]
    public async Task Phone_ChangedByTheMerchant_IsNotVerifiedAnyMore()
    {
        await _books.BuyAsync(CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding)));
        var (customer, _) = await _books.OnlyCustomerAsync();

        await _books.Customers.UpdateAsync(
            _books.Books.MerchantId, customer, new CustomerChange { Phone = new Change<string?>(true, "+15550100999") }, default);

        Assert.True(await _books.Books.ScalarAsync<bool>("select phone_verified_at is null from customers"));
    }

    private Task MakeLiveAsync() => _books.Books.ExecuteAsync("update merchants set is_test = false");

    private async Task<CheckoutView> SendInNewSessionAsync() => (await _books.Checkout.SendCodeAsync(
        CheckoutBooks.Visit(await _books.AddSessionAsync(CheckoutMode.Onboarding)), "US", CheckoutBooks.Phone, default))!;
}
