using System.Text;
using Lava.Metering.Catalog;

namespace Lava.Metering.Scanning;

/// <summary>What an endpoint's requests and answers count, by the places where the figures stand. Immutable.</summary>
public sealed class FieldTable
{
    private readonly (byte[] Text, JobState State)[] _states;
    private readonly JobState _otherState;

    private FieldTable(FieldTree request, FieldTree answer, ProviderEndpoint endpoint)
    {
        Request = request;
        Answer = answer;
        _states = [.. endpoint.States.Select(state => (Encoding.UTF8.GetBytes(state.Key), state.Value))];

        // A state that is new to the table: what a job used is charged when a known one comes.
        _otherState = endpoint.Job == JobRole.Result ? JobState.Running : JobState.None;
    }

    /// <summary>The places of the request.</summary>
    internal FieldTree Request { get; }

    /// <summary>The places of the answer.</summary>
    internal FieldTree Answer { get; }

    /// <summary>Makes an endpoint's table.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="errors">Takes what is wrong with it, each with the part of the endpoint and the field.</param>
    /// <returns>The table; what is wrong is left out of it.</returns>
    public static FieldTable Create(ProviderEndpoint endpoint, ICollection<string> errors)
    {
        List<string> found = [];
        var request = FieldTreeBuilder.Build(endpoint.Request, FieldTreeBuilder.RequestNameMax, MayRequest, found);
        AddTo(errors, "request", found);
        var answer = FieldTreeBuilder.Build(endpoint.Answer, FieldTreeBuilder.AnswerNameMax, MayAnswer, found);
        AddTo(errors, "answer", found);
        found.AddRange(endpoint.Headers.Where(header => !MayHeader(header.Value)).Select(Refused));
        AddTo(errors, "headers", found);
        found.AddRange(
            endpoint.Counts.Where(count => !FieldRoles.TryGetCount(count.Key, out _) || count.Value is < 0 or > CountMax)
                .Select(count => $"'{count.Key}': a count from 0 to {CountMax} of something that is counted"));
        AddTo(errors, "counts", found);
        var named = answer.Has(FieldRole.Status) || answer.Has(FieldRole.End) || endpoint.Headers.Values.Contains(FieldRole.Status);
        if (named != endpoint.States.Count > 0)
        {
            errors.Add($"states: {(named ? "Status and End need them" : "nothing in the answer is Status or End")}");
        }

        if (endpoint.Format != ApiFormat.Fields && (endpoint.Request.Count > 0 || endpoint.Answer.Count > 0 || endpoint.Counts.Count > 0))
        {
            errors.Add($"format: request, answer and counts need {nameof(ApiFormat.Fields)}");
        }

        return new FieldTable(request, answer, endpoint);
    }

    /// <summary>Everything that is wrong with the tables of providers, each with the provider, the path and the field.</summary>
    public static IEnumerable<string> ErrorsOf(IEnumerable<Provider> providers)
    {
        foreach (var provider in providers)
        {
            foreach (var endpoint in provider.Endpoints)
            {
                List<string> errors = [];
                Create(endpoint, errors);
                foreach (var error in errors)
                {
                    yield return $"Provider '{provider.Name}', {endpoint.Method} {endpoint.Path}, {error}.";
                }
            }
        }
    }

    /// <summary>What a text of <see cref="FieldRole.Status"/> or <see cref="FieldRole.End"/> means.</summary>
    internal JobState StateOf(ReadOnlySpan<byte> text)
    {
        foreach (var (known, state) in _states)
        {
            if (text.SequenceEqual(known))
            {
                return state;
            }
        }

        return _otherState;
    }

    // Counts of seconds are kept in millionths.
    private const long CountMax = Usage.MaxCount / 1_000_000;

    private static bool MayRequest(FieldRole role) =>
        role is FieldRole.Model or FieldRole.Recording or FieldRole.Choices or FieldRole.MaxOutputTokens or FieldRole.Stream
        || (role is not (FieldRole.Cost or FieldRole.CostCents or FieldRole.CostTicks) && FieldUnit.TryGet(role, out _));

    private static bool MayAnswer(FieldRole role) =>
        role is FieldRole.Model or FieldRole.Id or FieldRole.Text or FieldRole.Error or FieldRole.Status or FieldRole.End
            or FieldRole.ServiceTier
        || FieldUnit.TryGet(role, out _);

    private static bool MayHeader(FieldRole role) => role == FieldRole.Status || FieldRoles.TryGetCount(role, out _);

    private static string Refused(KeyValuePair<string, FieldRole> field) => $"'{field.Key}': {field.Value} can't stand there";

    private static void AddTo(ICollection<string> errors, string part, List<string> found)
    {
        found.ForEach(error => errors.Add($"{part} {error}"));
        found.Clear();
    }
}
