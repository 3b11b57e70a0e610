using Lava.Billing.Phones;
using Lava.Core;

namespace Lava.Billing.Checkout;

/// <summary>The phone and its code; what <paramref name="settle"/> makes of the row once the buyer is known.</summary>
internal sealed class CheckoutPhones(CheckoutServices services, Func<CheckoutRecord, CheckoutState> settle)
{
    private const string Language = "en";
    private static readonly CheckoutError Expired = new("phone", "The code has expired. Ask for another one.");
    private readonly ICheckoutStore _store = services.Store;

    /// <summary>The message that a session sent last.</summary>
    public static CodeOrder OrderOf(CheckoutRecord record) => new(
        record.State.Session.Id, record.IsTest, record.State.Phone!, record.State.CodeSends, record.State.CodeReference, Language);

    /// <summary>The only phone that may be verified; null: any.</summary>
    public static string? OnlyPhoneOf(CheckoutRecord record) =>
        record.Named is { IsPhoneVerified: true, Phone: { } phone } ? phone : null;

    public async Task<CheckoutReply> SendAsync(
        CheckoutVisit visit, string? country, string? number, bool isResend, CancellationToken cancellationToken)
    {
        var found = await _store.FindAsync(visit.SessionId, cancellationToken);
        if (found is null || !CheckoutLook.IsOpen(services, found, visit.Visit))
        {
            return new CheckoutReply(found);
        }

        if (PhoneOf(found, number, isResend, out var error) is not { } phone)
        {
            return new CheckoutReply(found, error);
        }

        var isNoted = false;
        var noted = await _store.SendAsync(
            visit.SessionId,
            phone,
            (record, counts) =>
            {
                var state = record.State.For(visit.Visit);
                if (!CheckoutLook.IsOpen(services, record, visit.Visit))
                {
                    return record.State;
                }

                error = Hindrance(record with { State = state }, phone, counts);
                isNoted = error is null;
                return !isNoted ? state : state.WithoutPhone() with
                {
                    Phone = phone,
                    Country = country,
                    CodeReference = state.Phone == phone ? state.CodeReference : null,
                    CodeSends = (short)(state.CodeSends + 1),
                    CodeSentAt = record.Now,
                    CodeChecks = 0,
                };
            },
            CancellationToken.None);
        return isNoted && noted is not null ? await SendAsync(noted) : new CheckoutReply(noted, error);
    }

    public async Task<CheckoutReply> CheckAsync(CheckoutVisit visit, string code, CancellationToken cancellationToken)
    {
        var digits = CheckoutCode.Read(code);
        CheckoutError? error = null;
        var isCounted = false;

        // Counted before it is looked at: however many come at once, no more are tried than may be.
        var record = await _store.ChangeAsync(
            visit.SessionId,
            record =>
            {
                if (CheckoutLook.StepOf(services, record, visit.Visit) != CheckoutStep.Code)
                {
                    error = record.State.IsOwn(visit.Visit) && record.State is { CodeSentAt: not null, VerifiedAt: null }
                        ? Expired
                        : CheckoutLook.Again(services, record, visit.Visit);
                    return CheckoutLook.IsOpen(services, record, visit.Visit) ? record.State.For(visit.Visit) : record.State;
                }

                error = digits is null ? new CheckoutError("code", "Enter the digits of the code.")
                    : record.State.Checks >= CheckoutLimits.ChecksPerSession
                        ? new CheckoutError("code", "Too many wrong codes. Ask for a new checkout.")
                    : record.State.CodeChecks >= CheckoutLimits.ChecksPerCode
                        ? new CheckoutError("code", "Too many wrong codes. Ask for another code.")
                    : null;
                isCounted = error is null;
                return !isCounted ? record.State : record.State with
                {
                    CodeChecks = (short)(record.State.CodeChecks + 1),
                    Checks = (short)(record.State.Checks + 1),
                };
            },
            cancellationToken);
        return isCounted && record is not null ? await CheckAsync(visit, record, digits!) : new CheckoutReply(record, error);
    }

    public async Task<CheckoutReply> ChangeAsync(CheckoutVisit visit, CancellationToken cancellationToken) => new(
        await _store.ChangeAsync(
            visit.SessionId,
            record => CheckoutLook.IsOpen(services, record, visit.Visit) ? record.State.For(visit.Visit).WithoutPhone() : record.State,
            cancellationToken));

    private async Task<CheckoutReply> SendAsync(CheckoutRecord noted)
    {
        var order = OrderOf(noted);
        var sent = await services.Codes.SendAsync(order, CancellationToken.None);
        var error = sent.Outcome switch
        {
            CodeSendOutcome.Sent => null,
            CodeSendOutcome.NotReachable => new CheckoutError("phone", "This number can't receive messages. Enter a mobile number."),
            CodeSendOutcome.Blocked => new CheckoutError("phone", "No codes can be sent to this number. Use another one."),
            CodeSendOutcome.Busy => new CheckoutError("phone", $"Too many codes were asked for. Try again {Later(sent.RetryAfter)}."),
            CodeSendOutcome.Unknown => new CheckoutError(
                "", "It is not certain that the code was sent. Wait for it, or ask for another one."),
            _ => new CheckoutError("phone", "The code could not be sent just now. Try again in a moment."),
        };
        var record = await _store.ChangeAsync(
            order.SessionId,
            record => record.State.CodeSends != order.Send || record.State.Phone != order.Phone ? record.State
                : sent.Outcome is CodeSendOutcome.Sent or CodeSendOutcome.Unknown
                    ? record.State with { CodeReference = sent.Reference ?? record.State.CodeReference }
                : record.State with { CodeSentAt = null },
            CancellationToken.None);
        return new CheckoutReply(record, error);
    }

    private async Task<CheckoutReply> CheckAsync(CheckoutVisit visit, CheckoutRecord counted, string digits)
    {
        var order = OrderOf(counted);
        var outcome = await services.Codes.CheckAsync(order, digits, CancellationToken.None);
        bool IsSame(CheckoutRecord record) => record.State.IsOwn(visit.Visit) && record.State.VerifiedAt is null
            && record.State.Phone == order.Phone && record.State.CodeSends == order.Send && record.State.CodeSentAt is not null;
        switch (outcome)
        {
            case CodeOutcome.Approved:
                var verified = await _store.VerifyAsync(
                    visit.SessionId,
                    Ids.New(services.Time),
                    record => IsSame(record) && OnlyPhoneOf(record) is var only && (only is null || only == order.Phone),
                    settle,
                    CancellationToken.None);
                if (verified?.Buyer is { } buyer && !services.Wallets.TryRead(buyer.WalletId, out _))
                {
                    services.Wallets.Open(buyer.WalletId, Money.Zero, Money.Zero);
                }

                return new CheckoutReply(verified);
            case CodeOutcome.Wrong:
                var left = CheckoutLimits.ChecksPerCode - counted.State.CodeChecks;
                return new CheckoutReply(counted, new CheckoutError("code", left switch
                {
                    <= 0 => "That code is not right. Ask for another code.",
                    1 => "That code is not right. One try is left.",
                    _ => $"That code is not right. {left} tries are left.",
                }));
            case CodeOutcome.Gone:
                var record = await _store.ChangeAsync(
                    visit.SessionId,
                    record => IsSame(record) ? record.State with { CodeSentAt = null } : record.State,
                    CancellationToken.None);
                return new CheckoutReply(record, Expired);
            default:
                return new CheckoutReply(counted, new CheckoutError("code", "The code could not be checked just now. Try again."));
        }
    }

    private static string? PhoneOf(CheckoutRecord record, string? number, bool isResend, out CheckoutError? error)
    {
        error = null;
        var only = OnlyPhoneOf(record);
        if (isResend || number is null)
        {
            error = new CheckoutError("phone", "Enter your phone number.");
            return only ?? (isResend ? record.State.Phone : null);
        }

        if (!E164.TryRead(number, out var phone))
        {
            error = new CheckoutError("phone", "Enter a phone number with its country's code: +1 555 123 4567.");
            return null;
        }

        if (only is not null && phone != only)
        {
            error = new CheckoutError("phone", $"This checkout is for the phone {E164.Mask(only)}.");
            return null;
        }

        return phone;
    }

    private static CheckoutError? Hindrance(CheckoutRecord record, string phone, CodeSendCounts counts)
    {
        // A code that was sent to this phone a moment ago is on its way.
        var last = record.State.Phone == phone && record.State.CodeSentAt is { } sent ? sent : counts.LastToPhone;
        if (last is { } at && record.Now - at < CheckoutLimits.ResendAfter)
        {
            var wait = (int)Math.Ceiling((CheckoutLimits.ResendAfter - (record.Now - at)).TotalSeconds);
            return new CheckoutError("phone", $"A code was just sent. Another can be sent in {wait} seconds.");
        }

        return record.State.CodeSends >= CheckoutLimits.SendsPerSession
            ? new CheckoutError("phone", "No more codes can be sent here. Ask for a new checkout.")
            : counts.PhoneHour >= CheckoutLimits.SendsPerPhoneHour || counts.PhoneDay >= CheckoutLimits.SendsPerPhoneDay
            ? new CheckoutError("phone", "Too many codes were sent to this number. Try again later.")
            : counts.MerchantHour >= CheckoutLimits.SendsPerMerchantHour
            ? new CheckoutError("phone", "Too many codes are asked for at the moment. Try again later.")
            : null;
    }

    private static string Later(TimeSpan? wait) => wait is { TotalMinutes: > 1 } known
        ? $"in {(int)Math.Ceiling(known.TotalMinutes)} minutes"
        : "in a few minutes";
}
