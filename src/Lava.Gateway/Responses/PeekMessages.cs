using System.Diagnostics;
using Lava.Metering.Scanning;

namespace Lava.Gateway.Responses;

/// <summary>What a caller is told of a request body that can't be used.</summary>
internal static class PeekMessages
{
    /// <summary>A sentence for every outcome but <see cref="PeekOutcome.Ok"/>.</summary>
    public static string Of(PeekOutcome outcome, in RequestFacts facts) => outcome switch
    {
        PeekOutcome.NotJson => "It is not valid JSON, or it is cut off.",
        PeekOutcome.NotAnObject => "It is JSON, but not an object.",
        PeekOutcome.TooDeep => $"It is nested deeper than {RequestPeek.DepthMax} levels.",
        PeekOutcome.InvalidUtf8 => "It is not UTF-8.",
        PeekOutcome.NotAForm => "It is not a valid form (multipart/form-data), or one that can be read in two ways.",
        PeekOutcome.WrongType =>
            $"The field {facts.FieldPath ?? RequestFields.Name(facts.Field)} has the wrong type, is out of range, or stands there twice.",
        _ => throw new UnreachableException(),
    };
}
