using Lava.Core;

namespace Lava.Server.Api;

/// <summary>Everything that is wrong with a request, so that a caller sees all of it in one answer.</summary>
internal sealed class FieldErrors
{
    private readonly List<FieldError> _errors = [];

    public void Add(string field, string message) => _errors.Add(new FieldError(field, message));

    /// <exception cref="ApiException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ApiException(
                ErrorCode.InvalidParameter, string.Join("; ", _errors.Select(error => $"{error.Field} {error.Message}")), _errors);
        }
    }
}
