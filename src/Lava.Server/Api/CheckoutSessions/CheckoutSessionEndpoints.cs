using Lava.Billing.Checkout;
using Lava.Billing.Plans;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api.CheckoutSessions;

/// <summary>
/// <c>/v1/checkout_sessions</c>: offers that a merchant's page opens. What can't be bought is refused here: the person who pays must not
/// be the one to find out.
/// </summary>
internal sealed class CheckoutSessionEndpoints(ManagementDependencies dependencies)
{
    private const int OriginLengthMax = 2048;

    // A page may stay open over night; a link in a mail asks for longer.
    private const long LifeSeconds = 86_400;
    private const long LifeSecondsMin = 300;
    private const long LifeSecondsMax = 604_800;

    private readonly CheckoutSessionStore _store = dependencies.Stores.CheckoutSessions;

    public void Map(RouteGroupBuilder group, ApiHandler handler)
    {
        new ResourceRoutes(group, handler, "/checkout_sessions").Get(ListAsync).Post(CreateAsync).End();
        new ResourceRoutes(group, handler, "/checkout_sessions/{id}").Get(GetAsync).End();
    }

    private async Task CreateAsync(ApiCall call)
    {
        var body = await call.ReadBodyAsync();
        var mode = body.Choice("checkout_mode", CheckoutNames.Modes, required: true) ?? CheckoutMode.Onboarding;
        var origin = body.RequiredText("origin_url", TextRules.WebOrigin, OriginLengthMax);
        var customerId = Text(body, "customer_id", isRequired: mode is CheckoutMode.CreditBundle or CheckoutMode.TopUp);
        var planText = Text(body, "plan_id", isRequired: mode == CheckoutMode.Subscription);
        var bundle = Text(body, "credit_bundle_id", isRequired: mode == CheckoutMode.CreditBundle);
        var reference = body.Text("reference_id", TextRules.ReferenceId).Value;
        var life = body.Integer("expires_in", LifeSecondsMin, LifeSecondsMax);
        CheckOrigin(call, body, origin);
        body.Errors.ThrowIfAny();

        // What the mode does not sell is left alone.
        var planId = mode == CheckoutMode.Subscription ? planText : null;
        var bundleId = mode == CheckoutMode.CreditBundle ? bundle : null;
        var customer = customerId is null ? null : call.TryFindCustomer(customerId) ?? throw ApiException.NotFound("customer");
        var plan = planId is null ? null : await FindPlanAsync(call, planId);
        ThrowIfUnavailable(call, isPaid: mode is CheckoutMode.CreditBundle or CheckoutMode.TopUp || plan is { HasCycles: true });
        var now = dependencies.Time.GetUtcNow();
        var session = new CheckoutSession
        {
            Id = Ids.New(dependencies.Time),
            MerchantId = call.Merchant.Id,
            Mode = mode,
            OriginUrl = origin,
            CustomerId = customer?.Id,
            PlanId = plan?.Id,
            CreditBundleId = bundleId is null ? null : await FindBundleAsync(call, bundleId, customer!),
            ReferenceId = reference,
            CreatedAt = now,
            ExpiresAt = now + TimeSpan.FromSeconds(life ?? LifeSeconds),
        };
        await _store.CreateAsync(session, CancellationToken.None);
        await call.CreatedAsync(View(call, session));
    }

    private async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        var reference = call.Query.Text("reference_id");
        call.Query.Errors.ThrowIfAny();
        var rows = await _store.ListAsync(call.Merchant.Id, reference, cursor, limit + 1, call.Aborted);
        await call.OkAsync(Page<CheckoutSessionView>.From(rows, limit, row => View(call, row), row => Cursor.Encode(row.Id)));
    }

    private async Task GetAsync(ApiCall call)
    {
        var session = Ids.TryParse(IdPrefix.CheckoutSession, call.Id, out var id)
            ? await _store.FindAsync(call.Merchant.Id, id, call.Aborted)
            : null;
        await call.OkAsync(View(call, session ?? throw ApiException.NotFound("checkout session")));
    }

    private static string? Text(RequestBody body, string name, bool isRequired) =>
        isRequired ? body.RequiredText(name) : body.Text(name).Value;

    // People type their phones and see their cards there: not without TLS, but on the developer's own machine and in tests.
    private static void CheckOrigin(ApiCall call, RequestBody body, string origin)
    {
        if (!call.Merchant.IsTest && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: false })
        {
            body.Errors.Add("origin_url", "must begin with https:// in live mode");
        }
    }

    private void ThrowIfUnavailable(ApiCall call, bool isPaid)
    {
        if (call.Merchant.IsTest)
        {
            return;
        }

        if (dependencies.CheckoutGaps.Codes)
        {
            throw new ApiException(
                ErrorCode.CheckoutUnavailable,
                "This server sends no codes by phone: its operator sets twilio-account, twilio-token and twilio-service");
        }

        if (isPaid && dependencies.CheckoutGaps.Cards)
        {
            throw new ApiException(
                ErrorCode.CheckoutUnavailable,
                "This server charges no cards: its operator sets stripe-secret-key, stripe-publishable-key and stripe-webhook-secret");
        }
    }

    private async Task<Plan> FindPlanAsync(ApiCall call, string text)
    {
        var plan = Ids.TryParse(IdPrefix.Plan, text, out var id)
            ? await dependencies.Stores.Plans.FindAsync(call.Merchant.Id, id, call.Aborted)
            : null;
        return plan ?? throw ApiException.NotFound("plan");
    }

    private async Task<Guid> FindBundleAsync(ApiCall call, string text, Customer customer)
    {
        var bundle = Ids.TryParse(IdPrefix.CreditBundle, text, out var id)
            ? await dependencies.Stores.Plans.FindBundleAsync(call.Merchant.Id, id, call.Aborted)
            : null;
        return bundle is null ? throw ApiException.NotFound("credit bundle")
            : bundle.PlanId == customer.PlanId ? bundle.Id
            : throw new ApiException(
                ErrorCode.InvalidParameter, "credit_bundle_id must be a bundle of the plan to which the customer is subscribed");
    }

    private CheckoutSessionView View(ApiCall call, CheckoutSession session) =>
        CheckoutSessionView.From(session, call.Merchant.IsTest, dependencies.LegacySecrets, call.Server, dependencies.Time.GetUtcNow());
}
